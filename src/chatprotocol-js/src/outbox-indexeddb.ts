import type { Outbox, OutboxRecord } from './outbox.ts';

/**
 * Keeps posts in IndexedDB, for one user of one server: `name` names both. Those of a tab that is gone are taken over by the next.
 * If the database does not open within 3 seconds, or is full, posts are kept in memory and `volatile` says why.
 */
export class IndexedDbOutbox implements Outbox {
  readonly #name: string;
  readonly #timeout: number;
  /** What does all this, loaded when it is first opened. */
  #database: Outbox | undefined;

  constructor(name: string, { timeout = 3000 }: { readonly timeout?: number } = {}) {
    this.#name = name;
    this.#timeout = timeout;
  }

  get volatile(): string | undefined {
    return this.#database?.volatile;
  }

  async open(publisher: string): Promise<void> {
    const { Database } = await import('./indexeddb.ts');
    await (this.#database ??= new Database(this.#name, this.#timeout)).open(publisher);
  }

  adopt(): Promise<readonly OutboxRecord[]> {
    return this.#database!.adopt();
  }

  put(records: readonly OutboxRecord[]): Promise<void> {
    return this.#database!.put(records);
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#database!.remove(ids);
  }

  close(): void | Promise<void> {
    return this.#database?.close();
  }
}
