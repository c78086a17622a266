import type { ChatError } from './errors.ts';
import type { OutboxRecord } from './outbox.ts';

/** `queued`: not sent yet, or to be sent again; `sent`: no answer yet; `stored`: durable; `refused`: not stored, and not tried again by itself. */
export type PostState = 'queued' | 'sent' | 'stored' | 'refused';

/** Where an entry stands; undefined for one that the server does not remember any more. */
export interface PostReceipt {
  readonly seq: number | undefined;
  readonly time: number | undefined;
}

/** The keeper of a post; internal. */
export interface PostOwner {
  changed(post: Post): void;
  retry(post: Post): void;
  discard(post: Post): void;
}

/** A post on its way. It survives every break of the connection, and the program's end if the outbox does. */
export class Post {
  /** Stays the same for good, also in another run: the publisher and a number, or what the caller gave. A page's row key. */
  readonly id: string;
  /** The room's address: its name, `@` and a name, or digits. */
  readonly address: string;
  readonly text: string;
  /** The seq of the message that it answers. */
  readonly reply: number | null;
  /** The seq of the message that its thread began with. */
  readonly thread: number | null;
  /** Whether the text is what its author does. */
  readonly action: boolean;
  /** When it was posted here, by this machine's clock. */
  readonly time: number;
  /** Whether an earlier run has posted it. */
  readonly recovered: boolean;
  /**
   * Fulfilled once it is stored; rejected with the first refusal, and where the client is closed before: then the outcome is `unknown` if
   * it may be stored, and it stays in the outbox. Nobody has to await it.
   */
  readonly done: Promise<PostReceipt>;
  readonly #owner: PostOwner;
  #state: PostState = 'queued';
  #isKept = false;
  #seq: number | undefined;
  #error: ChatError | undefined;
  #settle!: (receipt: PostReceipt) => void;
  #reject!: (error: ChatError) => void;

  /** @internal */
  constructor(record: OutboxRecord, owner: PostOwner, recovered = false) {
    this.id = record.id;
    this.address = record.address;
    this.text = record.text;
    this.reply = record.reply ?? null;
    this.thread = record.thread ?? null;
    this.action = record.action ?? false;
    this.time = record.time;
    this.recovered = this.#isKept = recovered;
    this.#owner = owner;
    this.done = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => undefined);
  }

  get state(): PostState {
    return this.#state;
  }

  /** Whether the outbox has it, or it needs it no more: until then its text is nowhere else, and a draft has to stay. */
  get kept(): boolean {
    return this.#isKept;
  }

  /** The seq of its entry, once it is stored; undefined also if the server does not remember it any more. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** Why it is refused; or, while it is queued, why it is not stored yet. */
  get error(): ChatError | undefined {
    return this.#error;
  }

  /** Posts a refused one again, behind all others. Nothing happens in another state. `done` stays as it is. */
  retry(): void {
    if (this.#state === 'refused')
      this.#owner.retry(this);
  }

  /** Takes a refused post out of the outbox. Nothing happens in another state. */
  discard(): void {
    if (this.#state === 'refused')
      this.#owner.discard(this);
  }

  /** @internal */
  keep(): void {
    if (this.#isKept)
      return;
    this.#isKept = true;
    this.#owner.changed(this);
  }

  /** @internal */
  become(state: 'queued' | 'sent' | 'refused', error?: ChatError): void {
    if (this.#state === state && this.#error === error)
      return;
    this.#state = state;
    this.#error = error;
    if (state === 'refused')
      this.#reject(error!);
    this.#owner.changed(this);
  }

  /** @internal The client is over; the state stays, since another run may go on. */
  abandon(error: ChatError): void {
    this.#error = error;
    this.#reject(error);
    this.#owner.changed(this);
  }

  /** @internal */
  store(seq: number | undefined, time: number | undefined): void {
    this.#state = 'stored';
    this.#isKept = true;
    this.#error = undefined;
    this.#seq = seq;
    this.#settle({ seq, time });
    this.#owner.changed(this);
  }
}
