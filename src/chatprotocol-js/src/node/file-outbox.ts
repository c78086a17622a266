import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Outbox, OutboxRecord } from '../outbox.ts';

/** Lines of the file behind which it is written anew without what is forgotten. */
const MostLines = 10_000;

/**
 * Keeps posts in a file, from before they are sent until they are answered: the next run with the same file sends again what a killed one
 * has left. Only one client at a time can use it; another one's `open` is rejected. It holds the user's secrets and texts.
 */
export class FileOutbox implements Outbox {
  readonly #path: string;
  readonly #sync: boolean;
  readonly #records = new Map<string, OutboxRecord>();
  #file: FileHandle | undefined;
  #left: OutboxRecord[] = [];
  #lines = 0;
  #writing: Promise<void> = Promise.resolve();
  #isOpen = false;

  /** With `sync` it survives a power cut, too, and each write waits for the disk. */
  constructor(path: string, { sync = false }: { readonly sync?: boolean } = {}) {
    this.#path = path;
    this.#sync = sync;
  }

  async open(): Promise<void> {
    if (this.#isOpen)
      return;
    this.#lock();
    this.#isOpen = true;
    for (const line of readLines(this.#path))
      this.#apply(line);
    this.#left = [...this.#records.values()];
    await this.#rewrite();
  }

  adopt(): Promise<readonly OutboxRecord[]> {
    return Promise.resolve(this.#left.splice(0));
  }

  put(records: readonly OutboxRecord[]): Promise<void> {
    return this.#append(records.map(record => ({ put: record })));
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#append(ids.map(id => ({ remove: id })));
  }

  async close(): Promise<void> {
    if (!this.#isOpen)
      return;
    this.#isOpen = false;
    // Behind the writes that were begun.
    await this.#writing.catch(() => undefined);
    await this.#file?.close();
    this.#file = undefined;
    rmSync(`${this.#path}.lock`, { force: true });
  }

  #append(lines: Line[]): Promise<void> {
    return this.#writing = this.#writing.catch(() => undefined).then(async () => {
      lines.forEach(line => this.#apply(line));
      this.#lines += lines.length;
      if (this.#lines > MostLines && this.#lines > 2 * this.#records.size)
        return this.#rewrite();
      await this.#file!.appendFile(lines.map(toText).join(''));
      if (this.#sync)
        await this.#file!.datasync();
    });
  }

  /** Writes what is left into another file, which takes this one's place. */
  async #rewrite(): Promise<void> {
    const next = `${this.#path}.new`;
    const file = await open(next, 'w', 0o600);
    await file.appendFile([...this.#records.values()].map(record => toText({ put: record })).join(''));
    await file.datasync();
    renameSync(next, this.#path);
    await this.#file?.close();
    this.#file = file;
    this.#lines = this.#records.size;
  }

  #apply(line: Line): void {
    if (line.put)
      this.#records.set(line.put.id, line.put);
    else if (line.remove !== undefined)
      this.#records.delete(line.remove);
  }

  /** The lock names the process that has it; that of one which is gone is taken over. */
  #lock(): void {
    const path = `${this.#path}.lock`;
    for (;;) {
      try {
        const file = openSync(path, 'wx', 0o600);
        writeFileSync(file, String(process.pid));
        return closeSync(file);
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== 'EEXIST')
          throw fault;
      }
      const owner = Number(readFileSync(path, 'utf8'));
      if (isRunning(owner))
        throw new Error(`the outbox ${this.#path} is used by process ${owner}`);
      rmSync(path, { force: true });
    }
  }
}

interface Line {
  readonly put?: OutboxRecord;
  readonly remove?: string;
}

const toText = (line: Line) => `${JSON.stringify(line)}\n`;

/** The lines of a file that may end in the middle of one. */
function readLines(path: string): Line[] {
  try {
    const texts = readFileSync(path, 'utf8').split('\n');
    // Behind the last line's end there is nothing, or what a kill has cut off.
    return texts.slice(0, -1).map(text => JSON.parse(text) as Line);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT')
      return [];
    throw new Error(`the outbox ${path} cannot be read: ${String(fault)}`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}
