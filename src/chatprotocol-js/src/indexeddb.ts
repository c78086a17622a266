import { within } from './bytes.ts';
import type { Outbox, OutboxRecord } from './outbox.ts';

/** How often a lease is renewed, and how long it lasts: a hidden tab's timers run once a minute. */
const LeaseBeat = 10_000;
const LeaseTime = 180_000;

interface Lease {
  readonly publisher: string;
  readonly until: number;
}

/** The outbox in a database, or in memory where that cannot be used. */
export class Database implements Outbox {
  readonly #name: string;
  readonly #timeout: number;
  #database: IDBDatabase | undefined;
  #opening: Promise<void> | undefined;
  /** The publishers of this tab and those that it has taken over, and what gives each up. */
  readonly #held = new Map<string, () => void>();
  #beat: ReturnType<typeof setInterval> | undefined;
  #volatile: string | undefined;
  #wasOpen = false;

  constructor(name: string, timeout: number) {
    this.#name = `chatprotocol ${name}`;
    this.#timeout = timeout;
  }

  get volatile(): string | undefined {
    return this.#volatile;
  }

  async open(publisher: string): Promise<void> {
    await (this.#opening ??= this.#open());
    await this.#hold(publisher);
  }

  async adopt(): Promise<readonly OutboxRecord[]> {
    const all = await this.#run<OutboxRecord[]>('posts', 'readonly', posts => posts.getAll()) ?? [];
    const free = new Set<string>();
    for (const publisher of new Set(all.map(record => record.publisher)))
      if (!this.#held.has(publisher) && await this.#hold(publisher))
        free.add(publisher);
    return all.filter(record => free.has(record.publisher));
  }

  async put(records: readonly OutboxRecord[]): Promise<void> {
    try {
      const isKept = this.#run('posts', 'readwrite', posts => {
        const last = records.map(record => posts.put(record)).at(-1);
        // A page that is left right afterwards keeps them.
        posts.transaction.commit?.();
        return last;
      }).then(() => true);
      if (!await within(this.#timeout, isKept, false))
        throw new Error('it does not answer');
    } catch (fault) {
      this.#volatile = toWords(fault);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (this.#wasOpen && !this.#database)
      throw new Error(this.#volatile);
    await this.#run('posts', 'readwrite', posts => ids.map(id => posts.delete(id)).at(-1));
  }

  close(): void {
    clearInterval(this.#beat);
    for (const giveUp of this.#held.values())
      giveUp();
    this.#held.clear();
    // It closes once the transactions that were begun are done.
    this.#database?.close();
    this.#database = undefined;
  }

  /** That the object is there proves nothing: it may hang, or fail, in a private window. */
  async #open(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const opening = openDatabase(this.#name);
    try {
      this.#database = await Promise.race([
        opening,
        new Promise<never>((_, reject) => timer = setTimeout(() => reject(new Error('it did not open in time')), this.#timeout)),
      ]);
      this.#wasOpen = true;
      // Another tab may have a newer version of the page.
      this.#database.onversionchange = () => this.#lose(new Error('another tab needs another version of it'));
      this.#database.onclose = () => this.#lose(new Error('the browser has closed it'));
      this.#beat = setInterval(() => void this.#renew(), LeaseBeat);
    } catch (fault) {
      this.#lose(fault);
      // One that comes too late must not block another tab's upgrade.
      opening.then(late => late.close(), () => undefined);
    } finally {
      clearTimeout(timer);
    }
  }

  #lose(fault: unknown): void {
    this.#volatile = toWords(fault);
    this.#database?.close();
    this.#database = undefined;
  }

  /** Whether the publisher is this tab's from now on. */
  async #hold(publisher: string): Promise<boolean> {
    if (!this.#database)
      return false;
    return navigator.locks ? await this.#lock(publisher) : await this.#lease(publisher);
  }

  #lock(publisher: string): Promise<boolean> {
    return new Promise(resolve => {
      navigator.locks.request(`${this.#name} ${publisher}`, { ifAvailable: true }, lock => {
        resolve(!!lock);
        return lock && new Promise<void>(giveUp => this.#held.set(publisher, giveUp));
      }).catch(() => resolve(false));
    });
  }

  /** Without a secure context there are no locks: a row with an expiry says who has the publisher. */
  async #lease(publisher: string): Promise<boolean> {
    let isFree = false;
    await this.#run('leases', 'readwrite', leases => {
      const read = leases.get(publisher) as IDBRequest<Lease | undefined>;
      read.onsuccess = () => {
        isFree = !(read.result && read.result.until > Date.now());
        if (isFree)
          leases.put({ publisher, until: Date.now() + LeaseTime });
      };
      return read;
    });
    if (isFree)
      this.#held.set(publisher, () => void this.#run('leases', 'readwrite', leases => leases.delete(publisher)));
    return isFree;
  }

  async #renew(): Promise<void> {
    if (!navigator.locks)
      await this.#run('leases', 'readwrite', leases => [...this.#held.keys()].map(publisher => leases.put({ publisher, until: Date.now() + LeaseTime })).at(-1));
  }

  /** Runs requests in one transaction, until that is durable. In memory nothing has to be done: the client has the posts. */
  #run<T>(store: string, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest | undefined): Promise<T | undefined> {
    const database = this.#database;
    if (!database)
      return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result as T | undefined);
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    });
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('posts', { keyPath: 'id' });
      request.result.createObjectStore('leases', { keyPath: 'publisher' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('it cannot be opened'));
  });
}

const toWords = (fault: unknown) => `IndexedDB cannot be used: ${fault instanceof Error ? fault.message : String(fault)}`;
