import type { OutboxRecord } from './outbox.ts';
import type { Post } from './post.ts';
import type { ChatRoom } from './room.ts';

/** A post that is not stored. */
export interface Item {
  readonly post: Post;
  readonly room: ChatRoom;
  record: OutboxRecord;
  /** Whether the outbox has the record as it is. */
  recorded: boolean;
  /** Whether it was sent on a connection that ended before the answer, so that it may be stored. */
  sentBefore: boolean;
}

/**
 * The posts of one room. A refusal uses up no counter, so the posts sent behind it are refused as out of order: the lane then pauses
 * until all its posts are answered, and those go again, in their order and counted anew, before any other.
 */
export class Lane {
  readonly room: ChatRoom;
  /** The last counter that the server has accepted. */
  accepted = 0;
  /** The last counter that was given. */
  #counted = 0;
  readonly #recount: (item: Item) => void;
  /** By ascending order. */
  #queue: Item[] = [];
  #next = 0;
  readonly #sent = new Set<Item>();
  #isPaused = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(room: ChatRoom, recount: (item: Item) => void) {
    this.room = room;
    this.#recount = recount;
    this.#isPaused = !room.placed;
  }

  get inFlight(): number {
    return this.#sent.size;
  }

  get mayTake(): boolean {
    return !this.#isPaused && this.room.placed && this.#next < this.#queue.length && this.#queue[this.#next]!.recorded;
  }

  /** Queues a new post behind all others, with the next counter. */
  add(item: Item): void {
    this.#queue.push(item);
    this.#count(item);
  }

  /** Queues a post again, by its order, as it is: it may be stored under its counter. */
  requeue(item: Item): void {
    let at = this.#queue.length;
    while (at > this.#next && this.#queue[at - 1]!.record.order > item.record.order)
      at--;
    this.#queue.splice(at, 0, item);
  }

  take(): Item {
    if (this.#next > 1000)
      this.#compact();
    const item = this.#queue[this.#next++]!;
    this.#sent.add(item);
    return item;
  }

  answered(item: Item, isAccepted = false): void {
    this.#sent.delete(item);
    if (isAccepted && !item.record.key)
      this.accepted = Math.max(this.accepted, item.record.counter);
  }

  remove(item: Item): void {
    this.#compact();
    this.#queue = this.#queue.filter(one => one !== item);
  }

  takeAll(): Item[] {
    this.#compact();
    return this.#queue.splice(0);
  }

  takeSentBefore(): Item[] {
    const all = this.takeAll();
    this.#queue = all.filter(item => !item.sentBefore);
    return all.filter(item => item.sentBefore);
  }

  /** Nothing is sent until all posts are answered and the time is over; with an endless one, until there is another connection. */
  pause(delay: number, over?: () => void): void {
    this.#isPaused = true;
    if (delay > 0 && !this.#timer)
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        over!();
      }, Math.min(delay, 2 ** 31 - 1));
  }

  /** Ends the pause if nothing is under way. */
  settle(): void {
    if (this.#isPaused && this.room.placed && this.#sent.size === 0 && !this.#timer)
      this.restart();
  }

  /** Goes on, counted behind what is accepted. Nothing is under way then. */
  restart(): void {
    this.stop();
    this.#isPaused = !this.room.placed;
    this.#compact();
    this.#counted = this.accepted;
    for (const item of this.#queue)
      this.#count(item);
  }

  /** Nothing is sent until the restart. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPaused = true;
  }

  /**
   * Gives a post the next counter. In the outbox it may be too high, never too low: the server tells what it expects, and would take a
   * lower one for an earlier post.
   */
  #count(item: Item): void {
    if (item.record.key || item.record.counter === ++this.#counted)
      return;
    item.record = { ...item.record, counter: this.#counted };
    item.recorded = false;
    this.#recount(item);
  }

  #compact(): void {
    this.#queue.splice(0, this.#next);
    this.#next = 0;
  }
}
