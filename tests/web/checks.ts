// What has to hold of the web's files, beside its tests.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, lstatSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A check and the sentence that it has to make true. */
export interface Check {
  name: string;
  /** Gives what is wrong and what to do, or nothing. */
  run(root: string): Promise<string | undefined>;
}

const sdk = 'src/chatprotocol-js';
const page = 'src/chatprotocol-web';

export const checks: Check[] = [
  check('The types of the SDK fit', script(sdk, 'check')),
  check('The types of the page fit', script(page, 'check')),
  check("The types of the web's tests fit", script('tests/web', 'check')),
  check('The SDK depends on nothing, and the page on the SDK and Preact alone', dependencies),
  check('No file has more than 400 lines', lengths),
  check("The SDK's generated files are what the registry gives", (root) => output(root, process.execPath, [`${sdk}/generate.ts`, '--check'])),
  check('The SDK fits its budget', script(sdk, 'size')),
  check('The page fits its budgets', script(page, 'size')),
  check('Building the page elsewhere gives the bytes of src/chatprotocol-web/dist', buildElsewhere),
];

function check(name: string, run: Check['run']): Check {
  return { name, run };
}

function script(folder: string, name: string): Check['run'] {
  return (root) => output(join(root, folder), process.execPath, ['--run', name]);
}

/** Gives what a program printed if it failed. */
async function output(folder: string, program: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => printed.push(bytes));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return code === 0 ? undefined : `${Buffer.concat(printed).toString()}\n${args.join(' ')} in ${folder} ended with ${code}`;
}

async function dependencies(root: string): Promise<string | undefined> {
  const allowed: [folder: string, names: string[]][] = [[sdk, []], [page, ['@preact/signals', 'chatprotocol', 'preact']]];
  for (const [folder, names] of allowed) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { dependencies?: object };
    const found = Object.keys(dependencies).sort();
    if (found.join() !== names.join()) return `${folder}/package.json depends on ${found.join(', ') || 'nothing'}; allowed: ${names.join(', ') || 'nothing'}`;
  }
  return undefined;
}

async function lengths(root: string): Promise<string | undefined> {
  const files = globSync([`${sdk}/**/*.ts`, `${page}/**/*.{ts,tsx,css}`, 'tests/web/**/*.ts'], { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', '**/generated/**'] });
  const long = files.map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1] as const).filter(([, lines]) => lines > 400);
  return long.length === 0 ? undefined : long.map(([file, lines]) => `${file} has ${lines}`).join('\n');
}

/** In another folder, zone and language, so that none of them gets into the files. */
async function buildElsewhere(root: string): Promise<string | undefined> {
  const copy = mkdtempSync(join(tmpdir(), 'chatprotocol-page-'));
  try {
    for (const name of ['package.json', 'tsconfig.base.json', 'LICENSE', 'spec/registry']) cpSync(join(root, name), join(copy, name), { recursive: true });
    for (const folder of [sdk, page]) cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
    linkPackages(join(root, 'node_modules'), join(copy, 'node_modules'));
    const fault = await output(join(copy, page), process.execPath, ['--run', 'build'], { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' });
    return fault ?? difference(join(root, page, 'dist'), join(copy, page, 'dist'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Packages of the workspace are links to its folders, and lead to the copies; the others are those that are installed. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    symlinkSync(lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path, join(to, name));
  }
}

function difference(committed: string, built: string): string | undefined {
  const files = [...new Set([...filesOf(committed), ...filesOf(built)])].sort();
  const different = files.filter((file) => !sameBytes(join(committed, file), join(built, file)));
  return different.length === 0 ? undefined : `not what is built: ${different.join(', ')}: npm run build -w ${page}, and commit its dist`;
}

function filesOf(folder: string): string[] {
  return globSync('**/*', { cwd: folder }).filter((path) => lstatSync(join(folder, path)).isFile());
}

function sameBytes(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other));
}
