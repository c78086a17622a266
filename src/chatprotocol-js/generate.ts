// Writes src/generated/*.ts from spec/registry. `--check` changes nothing, and fails naming the files that are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Field {
  name: string;
  type: string;
  optional: boolean;
  limit: number | string | null;
  exact?: boolean;
  least?: number;
  default?: string | number | boolean;
  item?: string;
  items?: Field[];
}

interface Frame {
  code: number;
  name: string;
  direction: string;
  kind: string;
  answered_by: string | null;
  asker?: string;
  section: string;
  fields: Field[];
}

interface Named {
  code: number;
  name: string;
  default: number;
  meaning: string;
}

interface Hidden {
  message: string;
  field: string;
  holds: string;
}

const root = join(import.meta.dirname, '..', '..');
const registry = <T>(name: string): T => JSON.parse(readFileSync(join(root, 'spec', 'registry', `${name}.json`), 'utf8')) as T;

/** Requests that only ask, or that change nothing when they are carried out again. */
const safe = new Set([
  'open', 'join', 'history', 'rooms', 'members', 'blocks', 'block', 'erase', 'report', 'ping', 'account', 'tokens', 'invitations', 'own-sessions',
  'room-roles', 'sessions', 'status', 'bans', 'accounts', 'audit', 'configuration',
  'edit', 'retract', 'react', 'pin', 'pins', 'thread-messages', 'reactions',
]);

const reserved = new Set(['export', 'import']);
const header = '// Written by generate.ts from spec/registry. Do not edit.\n';
const frames = registry<Frame[]>('messages');
const hidden = registry<Hidden[]>('hidden');

const pascal = (name: string) => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const constant = (frame: Frame) => (reserved.has(frame.name) ? `${frame.name}Request` : camel(frame.name));
const isRequest = (frame: Frame) => frame.direction !== 'to-client' && frame.kind !== 'reply' && frame.kind !== 'event';
const typeName = (frame: Frame) => pascal(frame.name) + (isRequest(frame) ? 'Request' : 'Frame');
const module = (frame: Frame) => frame.section.replace(/^\d+-|\.md$/g, '');

function row(field: Field): string {
  const fallback = field.default === undefined ? '' : `=${typeof field.default === 'boolean' ? Number(field.default) : field.default}`;
  return `${camel(field.name)}${field.optional ? '?' : ''}:${rowType(field)}${fallback}`;
}

function rowType(field: Field): string {
  switch (field.type) {
    case 'int': return field.limit === 2 ** 31 - 1 ? 'n' : field.limit === 2 ** 53 - 1 ? 'i' : `i${field.limit}`;
    case 'str': return `s${field.limit}`;
    case 'text': return 't';
    case 'bin': return `b${field.least ? `${field.least}-` : ''}${field.limit}${field.exact ? '!' : ''}`;
    case 'bool': return 'f';
    case 'map': return 'm';
    case 'list': return field.item ? `c${field.limit}` : `[${field.items!.map(row).join(',')}]`;
    default: throw new Error(`a field of the type ${field.type}`);
  }
}

function scriptType(field: Field, indent: string): string {
  switch (field.type) {
    case 'int': return 'number';
    case 'bool': return 'boolean';
    case 'bin': return 'Uint8Array';
    case 'map': return 'Readonly<Record<string, number>>';
    case 'list': return field.item ? 'readonly string[]' : `readonly {\n${members(field.items!, false, `${indent}  `)}${indent}}[]`;
    default: return 'string';
  }
}

function members(fields: Field[], sent: boolean, indent: string): string {
  return fields.map(field => {
    const mayBeNull = field.optional && (sent || field.default === undefined);
    const mark = sent && field.optional ? '?' : '';
    return `${indent}readonly ${camel(field.name)}${mark}: ${scriptType(field, indent)}${mayBeNull ? ' | null' : ''}${sent && field.optional ? ' | undefined' : ''};\n`;
  }).join('');
}

function declaration(frame: Frame): string {
  const sent = isRequest(frame);
  const fields = sent ? frame.fields.filter(field => field.name !== 'id') : frame.fields;
  const asker = frame.asker === 'anybody' ? '' : `, asked by ${frame.asker === 'user' ? 'a user' : frame.asker === 'account' ? 'an account' : 'an admin'}`;
  const words = sent ? `\`${frame.name}\`${asker}, answered by \`${frame.answered_by}\`` : `\`${frame.name}\``;
  const doc = `/** ${words}: spec/${frame.section}. */\n`;
  const shape = fields.length === 0 ? `export type ${typeName(frame)} = Readonly<Record<never, never>>;\n`
    : `export interface ${typeName(frame)} {\n${members(fields, sent || frame.direction === 'to-server', '  ')}}\n`;
  return `${doc}${shape}${doc}export const ${constant(frame)} = ${expression(frame)};\n`;
}

function expression(frame: Frame): string {
  const text = `'${frame.code} ${frame.name}${frame.fields.map(field => ` ${row(field)}`).join('')}'`;
  if (!isRequest(frame))
    return `/* @__PURE__ */ frame<${typeName(frame)}>(${text})`;
  const reply = frames.find(other => other.name === frame.answered_by)!;
  const isSecret = hidden.some(field => field.message === frame.name && field.holds === 'secret');
  const flags = `${safe.has(frame.name) ? 's' : ''}${isSecret ? '!' : ''}`;
  return `/* @__PURE__ */ request<${typeName(frame)}, ${typeName(reply)}>(\n  ${text},\n  ${constant(reply)}${flags ? `, '${flags}'` : ''})`;
}

/** What the server sends by itself or as an answer, and the requests, of a part of the spec: in files of their own, since a page needs all events and few requests. */
function framesModule(name: string, ofRequests: boolean): string {
  const own = framesOf(name, ofRequests).sort((a, b) => a.code - b.code);
  const replies = own.filter(isRequest).map(frame => frames.find(other => other.name === frame.answered_by)!);
  const foreign = Map.groupBy(new Set(replies), module);
  const imports = [...foreign].map(([from, uses]) =>
    `import { ${uses.map(use => `${constant(use)}, type ${typeName(use)}`).join(', ')} } from './${from}.ts';\n`).join('');
  return `${header}import { ${ofRequests ? 'request' : 'frame'} } from '../codec/types.ts';\n${imports}\n${own.map(declaration).join('\n')}`;
}

const framesOf = (name: string, ofRequests: boolean) => frames.filter(frame => module(frame) === name && isRequest(frame) === ofRequests);

function list(name: string, doc: string, rows: Named[]): string {
  const sorted = [...rows].sort((a, b) => a.code - b.code);
  const union = sorted.map(one => `\n  | '${one.name}'`).join('');
  return `/** ${doc} */\nexport type ${name}Name =${union};\n\n`
    + `/** ${doc} By their codes. */\nexport const ${name.toLowerCase()}Names: Readonly<Record<number, ${name}Name>> = {\n${sorted.map(one => `  ${one.code}: '${one.name}',\n`).join('')}};\n`;
}

function limits(): string {
  const rows = registry<Named[]>('limits').map(limit => `  /** ${limit.meaning} */\n  '${limit.name}': ${limit.default},\n`);
  return `/** The limits of a server that does not tell them. */\nexport const defaultLimits = {\n${rows.join('')}};\n`;
}

const modules = [...new Set(frames.map(module))].flatMap(name => [false, true].filter(ofRequests => framesOf(name, ofRequests).length > 0)
  .map(ofRequests => ({ file: ofRequests ? `${name}-requests` : name, text: framesModule(name, ofRequests) })));
const files = new Map([
  ...modules.map(({ file, text }) => [file, text] as const),
  ['frames', `${header}${modules.map(({ file }) => `export * from './${file}.ts';\n`).join('')}`],
  ['error-names', `${header}\n${list('Error', 'The errors by their names.', registry('errors'))}`],
  ['bye-names', `${header}\n${list('Bye', 'The reasons of a goodbye.', registry('bye'))}`],
  ['default-limits', `${header}\n${limits()}`],
]);

const stale: string[] = [];
for (const [name, text] of files) {
  const path = join(import.meta.dirname, 'src', 'generated', `${name}.ts`);
  if (!process.argv.includes('--check'))
    writeFileSync(path, text);
  else if (read(path) !== text)
    stale.push(path);
}
if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run 'node src/chatprotocol-js/generate.ts'`);
  process.exitCode = 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
