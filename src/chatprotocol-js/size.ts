// Prints the bytes of the browser's entry, minified and gzipped as a page's bundler makes them, and fails above the budget.
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const Budget = 12_288;

interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly imports: readonly string[];
}

const gzip = (code: string) => gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length;

/** The bytes that a page loads at first; what is imported only when it is needed comes in chunks of its own. */
async function measure(name: string, code: string): Promise<number> {
  const id = '\0entry';
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    plugins: [{
      name: 'entry',
      resolveId: source => (source === id ? id : undefined),
      load: source => (source === id ? code : undefined),
      // Vite's own, which a page has anyway that loads anything later.
      transform: (_, module) => (module.includes('vite/preload-helper') ? 'export const __vitePreload = load => load();' : undefined),
    }],
    // Parts share what the first file has, as they do in a page of ours.
    build: { write: false, target: 'es2022', rolldownOptions: { input: id, preserveEntrySignatures: 'allow-extension' }, modulePreload: false },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output))
    throw new Error('nothing was built');
  const chunks = new Map((output.output as readonly Chunk[]).map(chunk => [chunk.fileName, chunk]));
  const first = new Set<Chunk>();
  const add = (fileName: string) => {
    const chunk = chunks.get(fileName)!;
    if (first.has(chunk))
      return;
    first.add(chunk);
    chunk.imports.forEach(add);
  };
  add(output.output[0].fileName);
  const size = gzip([...first].map(chunk => chunk.code).join('\n'));
  const later = [...chunks.values()].filter(chunk => !first.has(chunk)).map(chunk => gzip(chunk.code));
  console.log(`${name}: ${size} bytes gzipped at first, ${later.join(' + ')} when they are needed`);
  return size;
}

const index = JSON.stringify(join(import.meta.dirname, 'src', 'index.ts'));
const whole = await measure('everything but the requests that a page names itself', `export { ChatClient, ChatRoom, Post, ChatError, MemoryOutbox, IndexedDbOutbox } from ${index};`);
await measure('with every request of the protocol', `export * from ${index};`);
await measure('without an outbox', `export { ChatClient } from ${index};`);
if (whole > Budget) {
  console.error(`more than the budget of ${Budget} bytes`);
  process.exitCode = 1;
}
