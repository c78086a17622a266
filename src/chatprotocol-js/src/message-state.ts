import type { Edited, Message, Pinned, PurgedEntries, Reacted, Reaction } from './entries.ts';

/** A reaction, each part with the seq that has told it. */
interface Told {
  count: number;
  countAt: number;
  own: boolean;
  ownAt: number;
}

/**
 * One message as far as it is known: what was posted, and of each thing that is amended the newest that was heard of it. So it does not matter
 * in which order that is heard, nor how often.
 */
export class MessageState {
  readonly #seq: number;
  #posted: Message | undefined;
  #original = '';
  #edit: { readonly at: number; readonly text: string | null; readonly time: number | null } = { at: 0, text: null, time: null };
  #pin = { at: 0, on: false };
  #reactions = new Map<string, Told>();
  readonly #edits = new Set<number>();
  #through = 0;
  #isErased = false;
  #present: Message | undefined;
  /** The highest seq of what it was made of. */
  newest: number;

  constructor(seq: number) {
    this.#seq = this.newest = seq;
  }

  /** The message as it is by now; undefined if it is not known. */
  get present(): Message | undefined {
    return this.#present ??= this.#posted && this.#make(this.#posted);
  }

  /** The message was read, with all that the entries up to a seq have made of it (CP-AMD-021). */
  read(message: Message, through: number): void {
    const { amended, ...rest } = message;
    if (!this.#posted)
      this.#original = amended?.text ?? message.text;
    this.#posted ??= rest;
    this.#present = undefined;
    if (message.text === '')
      this.erase();
    if (this.#isErased || through < this.#through)
      return;
    if (this.#edit.at <= through)
      this.#edit = { at: through, text: message.edited ? message.text : null, time: message.edited ?? null };
    if (this.#pin.at <= through)
      this.#pin = { at: through, on: message.pinned ?? false };
    this.#readReactions(message.reactions ?? [], through);
    this.#through = through;
    this.newest = Math.max(this.newest, through);
  }

  /** An edit; an erased one leaves the text that the message had at first. */
  edit({ seq, time }: Edited, text: string): void {
    if (this.#isErased || !this.#isNews(seq, this.#edit.at))
      return;
    this.#edits.add(seq);
    this.#edit = { at: seq, text: text || null, time: text ? time : null };
  }

  pin({ seq, on }: Pinned): void {
    if (!this.#isErased && this.#isNews(seq, this.#pin.at))
      this.#pin = { at: seq, on };
  }

  react({ seq, reactions, changes }: Reacted, self: number): void {
    if (this.#isErased || !this.#isNews(seq, 0))
      return;
    for (const { reaction, count } of reactions) {
      const told = this.#toldOf(reaction);
      if (seq > told.countAt)
        Object.assign(told, { count, countAt: seq });
      const own = changes.filter(change => change.principal === self && change.reaction === reaction).at(-1);
      if (own && seq > told.ownAt)
        Object.assign(told, { own: own.on, ownAt: seq });
    }
  }

  /** The message was erased or taken back: nothing amends it any more, and no text of it is kept (CP-AMD-009). */
  erase(): void {
    this.#isErased = true;
    this.#original = '';
    this.#edit = { at: 0, text: null, time: null };
    this.#pin = { at: 0, on: false };
    this.#reactions.clear();
    this.#edits.clear();
    this.#present = undefined;
  }

  /** What a user has posted was purged: the message, or edits of it, behind which it is as it was at first. Says whether that was so. */
  purge({ seq, principal, first, last }: PurgedEntries): boolean {
    const isCovered = (one: number) => one >= first && one <= last;
    if (this.#isErased || seq <= this.#through || this.#posted && this.#posted.from !== principal)
      return false;
    if (this.#posted && isCovered(this.#seq)) {
      this.erase();
      return true;
    }
    // Of a page's edits it is not known which they were.
    const isOfPage = this.#edit.time !== null && this.#edit.at === this.#through && first <= this.#through && last > this.#seq;
    if (!isOfPage && ![...this.#edits].some(isCovered))
      return false;
    this.#edit = { at: Math.max(this.#edit.at, seq), text: null, time: null };
    this.#present = undefined;
    return true;
  }

  /** The text of an edit was erased. */
  eraseEdit(): void {
    this.#edit = { at: this.#edit.at, text: null, time: null };
    this.#present = undefined;
  }

  #make(posted: Message): Message {
    if (this.#isErased) {
      const { edited, pinned, reactions, ...rest } = posted;
      return { ...rest, text: '' };
    }
    return {
      ...posted,
      text: this.#edit.text ?? this.#original,
      edited: this.#edit.time,
      pinned: this.#pin.on,
      reactions: [...this.#reactions].filter(([, told]) => told.count > 0).map(([reaction, { count, own }]) => ({ reaction, count, own })),
    };
  }

  #readReactions(all: readonly Reaction[], through: number): void {
    const now = new Map(all.map(one => [one.reaction, one]));
    for (const reaction of new Set([...now.keys(), ...this.#reactions.keys()])) {
      const told = this.#toldOf(reaction);
      const { count = 0, own = false } = now.get(reaction) ?? {};
      if (told.countAt <= through)
        Object.assign(told, { count, countAt: through });
      if (told.ownAt <= through)
        Object.assign(told, { own, ownAt: through });
    }
  }

  #toldOf(reaction: string): Told {
    let told = this.#reactions.get(reaction);
    if (!told)
      this.#reactions.set(reaction, told = { count: 0, countAt: 0, own: false, ownAt: 0 });
    return told;
  }

  #isNews(seq: number, known: number): boolean {
    this.newest = Math.max(this.newest, seq);
    const isNews = seq > Math.max(this.#through, known);
    if (isNews)
      this.#present = undefined;
    return isNews;
  }
}
