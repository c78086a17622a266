import type { Edited, Entry, HistoryPage, Message, Pinned, PurgedEntries, Reacted, Retracted } from './entries.ts';
import { MessageState } from './message-state.ts';

/** Messages not given of which is kept what became of them: a page that is under way may bring them. */
const MostUnknown = 4096;

/** Purges that are remembered for messages which come later. */
const MostPurges = 64;

type Amendment = Edited | Retracted | Reacted | Pinned;

/**
 * The messages of one room as they are by now: it is given pages and what events tell, in any order and as often as it comes, and has of each
 * message the present text, reactions and pin (CP-AMD-021). Texts that are gone it keeps nowhere (CP-AMD-009).
 */
export class RoomMessages {
  readonly #self: number;
  readonly #known = new Map<number, MessageState>();
  readonly #unknown = new Map<number, MessageState>();
  /** The messages of edits, by the edits' seqs. */
  readonly #targets = new Map<number, number>();
  #purges: PurgedEntries[] = [];

  /** @internal Use `room.messages()`. */
  constructor(self: number) {
    this.#self = self;
  }

  /** A message as it is by now, the same object while nothing changes; undefined if it was not given. */
  find(seq: number): Message | undefined {
    return this.#known.get(seq)?.present;
  }

  /** Adds the messages of a page, and what its other entries tell. Gives the seqs of the messages that may be otherwise now. */
  addPage(page: HistoryPage): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const entry of page.entries)
      if (entry.kind === 'message')
        this.#read(entry, entry.amended?.through ?? page.head, changed);
      else
        this.#add(entry, changed);
    return changed;
  }

  /** Adds what an event of `entries` has told. Gives the seqs of the messages that may be otherwise now. */
  add(entries: readonly Entry[]): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const entry of entries)
      this.#add(entry, changed);
    return changed;
  }

  /** Drops the text of an entry that an event of `erased` names, a message or an edit of one. Gives the message's seq. */
  erase(seq: number): number {
    const target = this.#targets.get(seq);
    if (target === undefined)
      this.#stateOf(seq).erase();
    else
      this.#stateOf(target).eraseEdit();
    return target ?? seq;
  }

  /**
   * Drops what is void once the server was restored: messages above a seq, and those of which something above it has become. Gives the seqs of
   * these others, which are to be read anew.
   */
  rewind(seq: number): readonly number[] {
    const gone = [...this.#known].filter(([, state]) => state.newest > seq).map(([one]) => one);
    gone.forEach(one => this.#known.delete(one));
    for (const edit of this.#targets.keys())
      if (edit > seq)
        this.#targets.delete(edit);
    this.#unknown.clear();
    this.#purges = [];
    return gone.filter(one => one <= seq).sort((a, b) => a - b);
  }

  /** Forgets the messages below and above, so that a program that runs for long does not grow. */
  keep(first: number, last: number): void {
    for (const seq of this.#known.keys())
      if (seq < first || seq > last)
        this.#known.delete(seq);
    for (const [edit, target] of this.#targets)
      if (!this.#known.has(target) && !this.#unknown.has(target))
        this.#targets.delete(edit);
  }

  #add(entry: Entry, changed: Set<number>): void {
    if (entry.kind === 'message')
      this.#read(entry, entry.seq, changed);
    else if (entry.kind === 'purged-entries')
      this.#purge(entry, changed);
    else if (entry.kind === 'edited' || entry.kind === 'retracted' || entry.kind === 'reacted' || entry.kind === 'pinned')
      this.#amend(entry, changed);
  }

  #read(message: Message, through: number, changed: Set<number>): void {
    const { seq } = message;
    let state = this.#known.get(seq);
    if (!state) {
      this.#known.set(seq, state = this.#unknown.get(seq) ?? new MessageState(seq));
      this.#unknown.delete(seq);
    }
    state.read(message, through);
    for (const purge of this.#purges)
      state.purge(purge);
    changed.add(seq);
  }

  #amend(entry: Amendment, changed: Set<number>): void {
    const state = this.#stateOf(entry.target);
    if (entry.kind === 'edited') {
      this.#targets.set(entry.seq, entry.target);
      const isPurged = this.#purges.some(one => one.principal === entry.from && entry.seq >= one.first && entry.seq <= one.last);
      state.edit(entry, isPurged ? '' : entry.text);
    } else if (entry.kind === 'retracted') {
      state.erase();
    } else if (entry.kind === 'reacted') {
      state.react(entry, this.#self);
    } else {
      state.pin(entry);
    }
    changed.add(entry.target);
  }

  #purge(entry: PurgedEntries, changed: Set<number>): void {
    for (const states of [this.#known, this.#unknown])
      for (const [seq, state] of states)
        if (state.purge(entry))
          changed.add(seq);
    this.#purges = [...this.#purges, entry].slice(-MostPurges);
  }

  #stateOf(seq: number): MessageState {
    let state = this.#known.get(seq) ?? this.#unknown.get(seq);
    if (!state) {
      this.#unknown.set(seq, state = new MessageState(seq));
      if (this.#unknown.size > MostUnknown)
        this.#unknown.delete(this.#unknown.keys().next().value!);
    }
    return state;
  }
}
