const most = 2_000;

/** Counts what somebody has not read in a room, from the seq up to which it was read and what was seen of the rest. */
export class UnreadCount {
  #readTo: number;
  // Seqs from here on were looked at; those between `readTo` and here count one each until they are.
  #knownFrom: number;
  #head: number;
  #said: number[] = [];
  #mentions: number[] = [];

  constructor(readTo: number, head: number) {
    this.#readTo = Math.min(readTo, head);
    this.#head = head;
    this.#knownFrom = head + 1;
  }

  get readTo(): number {
    return this.#readTo;
  }

  get head(): number {
    return this.#head;
  }

  /** Messages of others above the seq that was read. */
  get unread(): number {
    return Math.max(0, this.#knownFrom - 1 - this.#readTo) + above(this.#said, this.#readTo);
  }

  /** Those among them that speak to the reader. */
  get mentions(): number {
    return above(this.#mentions, this.#readTo);
  }

  /** Takes what was just said; `counts` is false for own messages and those that show nothing. */
  add(seq: number, counts: boolean, mention: boolean): void {
    if (seq <= this.#head) {
      return;
    }
    this.#head = seq;
    if (counts) {
      this.#said.push(seq);
      if (mention) {
        this.#mentions.push(seq);
      }
      this.#forget();
    }
  }

  /** Takes a page of what was said before: it covers the seqs from `first` on up to what is known. */
  examined(first: number, seqs: readonly number[], mentions: readonly number[]): void {
    if (first >= this.#knownFrom) {
      return;
    }
    this.#said = [...seqs.filter((seq) => seq < this.#knownFrom), ...this.#said];
    this.#mentions = [...mentions.filter((seq) => seq < this.#knownFrom), ...this.#mentions];
    this.#knownFrom = first;
  }

  /** Moves what was read up to `seq`; it never goes back. */
  read(seq: number): boolean {
    if (seq <= this.#readTo) {
      return false;
    }
    this.#readTo = Math.min(seq, this.#head);
    this.#said = this.#said.filter((s) => s > this.#readTo);
    this.#mentions = this.#mentions.filter((s) => s > this.#readTo);
    return true;
  }

  #forget(): void {
    if (this.#said.length > most) {
      this.#said = this.#said.slice(most / 2);
      this.#knownFrom = this.#said[0] as number;
    }
  }
}

function above(seqs: readonly number[], seq: number): number {
  let count = 0;
  for (let i = seqs.length - 1; i >= 0 && (seqs[i] as number) > seq; i--) {
    count++;
  }
  return count;
}
