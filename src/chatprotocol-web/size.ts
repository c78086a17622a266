// Prints what a first visit loads of the built page, gzipped, and fails above the budget.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

// A first visit loads the door alone, and coming back loads what is inside. Of the SDK that is its first file.
const budget = { visit: 40_960, back: 40_960, style: 8_192 };
const dist = new URL(`${process.argv[2] ?? new URL('./dist', import.meta.url).href}/`, import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');

const parts = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`);
const scripts = linked(/<(?:script[^>]*\ssrc|link[^>]*rel="modulepreload"[^>]*\shref)="([^"]+)"/gu);
const styles = linked(/<link[^>]*rel="stylesheet"[^>]*\shref="([^"]+)"/gu);
// The phrases of one language come along: the larger ones count.
scripts.push(largest(parts.filter((name) => /\/(?:en|zh)-(?!more-|door-)/u.test(name))));

const within = [
  report('script of a first visit', withImports([...scripts, ...partOf('login'), largest([...partOf('en-door'), ...partOf('zh-door')])]), budget.visit),
  report('script of coming back', withImports([...scripts, ...partOf('inside')]), budget.back),
  report('style', styles, budget.style),
];
// Needed for the login, but not for the first drawing: it comes while the connection is made.
console.log(`beside the connection: ${[...partOf('rest'), ...partOf('indexeddb')].reduce((sum, file) => sum + sizeOf(file), 0)} bytes gzipped`);
process.exitCode = within.every(Boolean) ? 0 : 1;

function partOf(name: string): string[] {
  return parts.filter((file) => file.startsWith(`assets/${name}-`) && file.endsWith('.js'));
}

function withImports(files: string[]): string[] {
  const all = new Set(files.map((file) => file.replace(/^\.\//u, '')));
  for (const file of all) {
    for (const match of readFileSync(new URL(file, dist), 'utf8').matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/gu)) {
      all.add(`assets/${match[1]}`);
    }
  }
  return [...all];
}

function linked(pattern: RegExp): string[] {
  return [...page.matchAll(pattern)].map((match) => match[1] as string);
}

function largest(files: string[]): string {
  return files.sort((a, b) => sizeOf(b) - sizeOf(a))[0] as string;
}

function sizeOf(file: string): number {
  return gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
}

function report(what: string, files: string[], most: number): boolean {
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  const within = files.length > 0 && bytes <= most;
  console.log(`${what}: ${bytes} of ${most} bytes gzipped in ${files.length} files${within ? '' : ': too much'}`);
  return within;
}
