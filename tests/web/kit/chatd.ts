import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, programOf, runToEnd } from './program.ts';

/** The server with a data folder of its own, on a port of 127.0.0.1 that it keeps over restarts. */
export class Chatd implements AsyncDisposable {
  /** For files of the test; gone with the server. */
  readonly folder = mkdtempSync(join(tmpdir(), 'chatd-'));
  port = 0;
  readonly #options: string[];
  #program: Program | undefined;

  private constructor(options: string[]) {
    this.#options = options;
  }

  /** Starts it and waits until it is ready. */
  static async start(...options: string[]): Promise<Chatd> {
    const chatd = new Chatd(options);
    try {
      await chatd.startAgain();
      return chatd;
    } catch (error) {
      await chatd[Symbol.asyncDispose]();
      throw error;
    }
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  /** What clients call it. */
  get address(): string {
    return `chat://127.0.0.1:${this.port}`;
  }

  /** The page's address. */
  get page(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get webSocket(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  /** The line that names every place where it listens. */
  get ready(): string {
    return this.#program?.output ?? '';
  }

  /** What it said on standard error since it was started last. */
  get log(): string {
    return this.#program?.error ?? '';
  }

  /** Ends it at once, as a loss of power does to a program. */
  async kill(): Promise<void> {
    await this.#program?.end('SIGKILL');
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<void> {
    await this.#program?.end('SIGTERM');
  }

  /** Lets it hang, or go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#program?.signal(signal);
  }

  /** Starts it with the data that there is, once it has ended. */
  async startAgain(...options: string[]): Promise<void> {
    const common = ['--data', this.data, '--listen', `tcp://127.0.0.1:${this.port}`, '--log-level', 'warning'];
    this.#program = new Program(programOf('chatd'), [...common, ...this.#options, ...options]);
    await this.#program.prints(/chatd ready .*\n/);
    this.port = Number(/tcp:\/\/127[^ ]+:(\d+)/.exec(this.ready)?.[1]);
  }

  /** Puts a backup in the place of what it has, once it has ended. */
  restore(backup: string): void {
    rmSync(this.data, { recursive: true });
    mkdirSync(this.data, { mode: 0o700 });
    copyFileSync(backup, join(this.data, 'chat.db'));
  }

  /** What the operator does, by chatctl; gives what it prints. */
  chatctl(...args: string[]): Promise<string> {
    return this.chatctlWith('', ...args);
  }

  /** The same with something on its standard input, such as a password. */
  chatctlWith(input: string, ...args: string[]): Promise<string> {
    return runToEnd(programOf('chatctl'), [...args, '--data', this.data], { XDG_CONFIG_HOME: join(this.folder, 'operator') }, input);
  }

  /** What a user does by one run of chat; gives what it prints. */
  chat(user: string, ...args: string[]): Promise<string> {
    return this.#chat(user, args, '');
  }

  /** Posts each line, as one user by one run of chat; done when all are stored. */
  async fill(room: string, lines: string[], user = 'filler'): Promise<void> {
    await this.#chat(user, ['send', '--room', room, '-'], lines.map((line) => `${line}\n`).join(''));
  }

  /** The texts of a room's last messages, oldest first. */
  async texts(room: string, count = 100): Promise<string[]> {
    const lines = await this.chat('reader', 'history', '--room', room, '--count', String(count), '-o', 'ndjson');
    return lines.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { text: string }).text);
  }

  #chat(user: string, args: string[], input: string): Promise<string> {
    return runToEnd(programOf('chat'), [...args, '--server', this.address, '--name', user], { XDG_CONFIG_HOME: join(this.folder, user) }, input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
