import type { Chatd } from './chatd.ts';
import { Program, root } from './program.ts';

/** A plain text client of the first kind, in Python: GBK bytes without a frame, and a guest in the lobby. */
export class TextClient implements AsyncDisposable {
  readonly #python: Program;

  constructor(chatd: Chatd) {
    this.#python = new Program('python3', ['-u', `${root}/tests/origin/client.py`, '127.0.0.1', String(chatd.port)]);
  }

  /** What it was sent so far. */
  get shown(): string {
    return this.#python.output;
  }

  say(line: string): void {
    this.#python.write(`${line}\n`);
  }

  /** Waits until it shows this. */
  shows(text: string | RegExp): Promise<void> {
    return this.#python.prints(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#python[Symbol.asyncDispose]();
  }
}
