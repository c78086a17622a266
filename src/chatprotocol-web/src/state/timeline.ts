import type { Message } from 'chatprotocol';

/** How far an own message has come. */
export type OwnState = 'waiting' | 'sent' | 'stored' | 'refused';

/** A line of a room: something said, a change of the room, or a run of entries that do not come. */
export interface Row {
  /** Stays the same from the moment that an own message is written, also once its seq is known. */
  readonly key: string;
  readonly kind: 'said' | 'change' | 'gap';
  /** The first one of a gap; infinity for a message that is not stored yet. */
  readonly seq: number;
  /** The last one of a gap; otherwise `seq`. */
  readonly last: number;
  /** Milliseconds since 1970 UTC. */
  readonly time: number;
  readonly from: number;
  readonly name: string;
  /** Empty for what was erased. */
  readonly text: string;
  readonly own?: OwnState;
  /** Why an own message was refused. */
  readonly reason?: string;
  /** What a message says beside its text, and what has become of it. */
  readonly said?: Details;
  /** The message that it answers, where that is known. */
  readonly quoted?: Quoted | undefined;
}

/** A message that another one answers, as far as that tells it. */
export type Quoted = Pick<Message, 'from' | 'name' | 'text'>;

/** What a message is beside its text. */
export type Details = Pick<Message, 'reply' | 'thread' | 'action' | 'edited' | 'pinned' | 'reactions'>;

/** A run of seqs without a hole, with the rows that show of it. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly rows: readonly Row[];
}

/** The rows of one block in the page. */
export const blockSize = 50;
/** The most rows kept while somebody reads back. */
export const mostRows = 500;
/** The most rows kept while the end is followed, where each new batch is drawn at once. */
export const mostFollowed = 300;

/** A window on a room's log: a run of seqs without a hole, which grows at either end and is cut at the far one. */
export class Timeline {
  #rows: Row[] = [];
  #first = 1;
  #last = 0;
  #atStart = false;
  #atEnd = false;

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The first seq of the window; above `last` while it is empty. */
  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  /** Whether nothing is kept before the window. */
  get atStart(): boolean {
    return this.#atStart;
  }

  /** Whether what is said next belongs directly behind the window. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Empties the window and puts it behind `seq`, where the log ends if `atEnd` says so. */
  restart(seq: number, atEnd: boolean): void {
    this.#rows = [];
    this.#first = seq + 1;
    this.#last = seq;
    this.#atStart = seq === 0;
    this.#atEnd = atEnd;
  }

  /**
   * Takes what has just been said; elsewhere than at the end, and a second time, it changes nothing.
   * Where the end is followed the oldest rows go, otherwise the newest ones, so that what is read stays.
   */
  append(span: Span, following: boolean): boolean {
    if (!this.#atEnd || span.last <= this.#last) {
      return false;
    }
    if (span.first > this.#last + 1 && this.#rows.length > 0) {
      this.#rows.push(gapRow(this.#last + 1, span.first - 1, this.#rows.at(-1)?.time ?? 0));
    }
    this.#rows.push(...span.rows.filter((row) => row.last > this.#last));
    if (this.#first > this.#last) {
      this.#first = Math.min(this.#first, span.first);
    }
    this.#last = span.last;
    if (following) {
      this.#cutStart(mostFollowed);
    } else {
      this.#cutEnd();
    }
    return true;
  }

  /** Takes a page from before the window; `more` tells whether there are older ones. */
  older(span: Span, more: boolean): void {
    const rows = span.rows.filter((row) => row.seq < this.#first);
    this.#rows = [...rows, ...this.#rows];
    this.#first = Math.min(this.#first, span.first);
    this.#atStart = !more || this.#first <= 1;
    this.#cutEnd();
  }

  /** Takes a page from behind the window; `head` is the room's last seq when it was made. */
  newer(span: Span, head: number): void {
    this.#rows.push(...span.rows.filter((row) => row.last > this.#last));
    this.#last = Math.max(this.#last, span.last);
    this.#atEnd = this.#last >= head;
    this.#cutStart(mostRows);
  }

  /** Takes the text of the messages for which `hits` holds, also where others answer them. */
  erase(hits: (message: { readonly seq: number; readonly from: number }) => boolean): boolean {
    let erased = false;
    this.#rows = this.#rows.map((row) => {
      const own = row.kind !== 'gap' && row.text !== '' && hits(row);
      const quoted = row.quoted !== undefined && hits({ seq: row.said?.reply ?? 0, from: row.quoted.from });
      if (!own && !quoted) {
        return row;
      }
      erased = true;
      return { ...row, ...(own && { text: '' }), ...(quoted && { quoted: undefined }) };
    });
    return erased;
  }

  /** Takes what has become of the messages of these seqs, also where others answer them. */
  amend(seqs: ReadonlySet<number>, find: (seq: number) => Message | undefined): boolean {
    let amended = false;
    this.#rows = this.#rows.map((row) => {
      const said = seqs.has(row.seq) ? find(row.seq) : undefined;
      const answered = row.said?.reply ?? 0;
      const changed = said !== undefined && said !== row.said;
      if (!changed && !seqs.has(answered)) {
        return row;
      }
      amended = true;
      return { ...row, ...(changed && { said, text: said.text }), ...(seqs.has(answered) && { quoted: find(answered) }) };
    });
    return amended;
  }

  #cutStart(most: number): void {
    if (this.#rows.length <= most) {
      return;
    }
    // A whole block more than needed, so that a cut is rare and blocks stay whole.
    const cut = this.#rows.length - most + blockSize;
    this.#rows = this.#rows.slice(cut);
    this.#first = this.#rows[0]?.seq ?? this.#last + 1;
    this.#atStart = false;
  }

  #cutEnd(): void {
    if (this.#rows.length <= mostRows) {
      return;
    }
    this.#rows = this.#rows.slice(0, mostRows - blockSize);
    this.#last = this.#rows.at(-1)?.last ?? this.#first - 1;
    this.#atEnd = false;
  }
}

/** A row for entries that do not come. */
export function gapRow(first: number, last: number, time: number): Row {
  return { key: `gap ${first}`, kind: 'gap', seq: first, last, time, from: 0, name: '', text: '' };
}
