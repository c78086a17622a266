import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { eventually } from './eventually.ts';

/** The folder of the whole tree. */
export const root = resolve(import.meta.dirname, '../../..');

/** A program of the tree by its name: what TEST_NAME names, or what was built last. */
export function programOf(name: 'chatd' | 'chat' | 'chatctl'): string {
  const places = [process.env[`TEST_${name.toUpperCase()}`], `${root}/artifacts/${name}/${name}`, `${root}/tools/${name}/bin/Release/net10.0/${name}`];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error(`${name} is not built: dotnet build -c Release, or set TEST_${name.toUpperCase()}`);
  return found;
}

/** Processes that have not ended. */
const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of a test, which ends at the latest with the tests' own. */
export class Program implements AsyncDisposable {
  /** What it printed so far. */
  output = '';
  error = '';
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(program: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: 'pipe' });
    this.#process = child;
    this.#ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    this.#ended.catch(() => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.error += text));
    child.stdin.on('error', () => {}); // It may have ended.
    letGo(child);
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

  get id(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** Waits until it has printed this. */
  async prints(text: string | RegExp): Promise<void> {
    const found = (): boolean => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output));
    await eventually(() => found() || this.hasEnded, () => `for ${text} in what was printed:\n${this.output}${this.error}`);
    if (!found()) throw new Error(`It ended before it printed ${text}:\n${this.output}${this.error}`);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#process.kill(signal);
    await this.#ended;
  }

  /** Stops it where it is, as a machine that hangs, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) await this.end();
  }
}

/** Runs a program to its end with this on its standard input, and gives what it printed; it has to end with 0. */
export function runToEnd(program: string, args: string[], environment: NodeJS.ProcessEnv = {}, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env: { ...process.env, ...environment }, maxBuffer: 2 ** 28 }, (error, output, errors) => {
      error ? reject(new Error(`${program} ${args.join(' ')}: ${errors}${output}`, { cause: error })) : resolve(output);
    });
    child.stdin?.on('error', () => {}); // It may have ended.
    child.stdin?.end(input);
  });
}

/** A process that was not ended by its test keeps no test process alive. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}
