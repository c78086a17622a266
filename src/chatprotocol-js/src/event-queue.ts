import type { Entry } from './entries.ts';
import type { RoomEvent } from './events.ts';
import type { ChatRoom } from './room.ts';

/** Erasures that may wait while nobody takes them. */
const MostErased = 1024;

/** Tells the server, each half window, how many bytes of a membership's entries are taken (CP-DEL-035). */
class Credit {
  readonly #tell: (bytes: number) => void;
  readonly #step: number;
  #taken = 0;
  #told = 0;

  constructor(tell: (bytes: number) => void, window: number) {
    this.#tell = tell;
    this.#step = window / 2;
  }

  take(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken - this.#told < this.#step)
      return;
    this.#told = this.#taken;
    this.#tell(this.#taken);
  }

  /** The membership is over: what is taken from here on counts for no other (CP-DEL-036). */
  end(): void {
    this.#told = Infinity;
  }
}

/** An event that nobody has taken yet. */
export interface Waiting {
  readonly event: RoomEvent;
  bytes: number;
  readonly credit: Credit | undefined;
}

/** A room's events that nobody has taken yet. The window bounds the entries, and others replace each other. */
export class EventQueue {
  readonly #isWanted: () => boolean;
  readonly #emit: (event: RoomEvent) => Promise<void>[];
  /** What nobody has taken yet, the oldest first. */
  readonly waiting: Waiting[] = [];
  #credit: Credit | undefined;
  /** The loop that takes the events, where there is one. */
  reader: { wake(): void } | undefined;

  constructor(isWanted: () => boolean, emit: (event: RoomEvent) => Promise<void>[]) {
    this.#isWanted = isWanted;
    this.#emit = emit;
  }

  beginCredit(tell: ((bytes: number) => void) | undefined, window: number): void {
    this.endCredit();
    this.#credit = tell && new Credit(tell, window);
  }

  endCredit(): void {
    this.#credit?.end();
    this.#credit = undefined;
  }

  addEntry(room: ChatRoom, entry: Entry, bytes: number, epoch: number): void {
    const last = this.waiting.at(-1);
    if (last?.event.type === 'entries' && last.credit === this.#credit) {
      (last.event.entries as Entry[]).push(entry);
      last.bytes += bytes;
    } else {
      this.waiting.push({ event: { type: 'entries', room, entries: [entry], epoch }, bytes, credit: this.#credit });
    }
  }

  add(event: RoomEvent): void {
    const { type } = event;
    if (type === 'presence') {
      // Of two that nobody has taken only the count is right: the lists have to be asked for.
      if (this.#drop(type))
        event = { ...event, arrived: [], left: [] };
    } else if (type === 'lag' || type === 'info' || type === 'resumed') {
      this.#drop(type);
    } else if (type === 'erased' && this.waiting.filter(one => one.event.type === type).length >= MostErased) {
      this.#drop(type);
    }
    this.waiting.push({ event, bytes: 0, credit: undefined });
  }

  /** Hands over what waits to the loop, or else to the listeners. */
  flush(): void {
    if (this.reader)
      return this.reader.wake();
    while (this.waiting.length > 0 && this.#isWanted()) {
      const { event, bytes, credit } = this.waiting.shift()!;
      const waits = this.#emit(event);
      if (waits.length > 0)
        void Promise.all(waits).then(() => credit?.take(bytes));
      else
        credit?.take(bytes);
    }
  }

  /** Takes the first event that waits, for the loop; the listeners hear of it, too. */
  take(): Waiting | undefined {
    const waiting = this.waiting.shift();
    if (waiting)
      this.#emit(waiting.event);
    return waiting;
  }

  /** Removes the first event of a type that waits. */
  #drop(type: RoomEvent['type']): boolean {
    const at = this.waiting.findIndex(one => one.event.type === type);
    if (at >= 0)
      this.waiting.splice(at, 1);
    return at >= 0;
  }
}
