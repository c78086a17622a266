import { onStoredElsewhere, store, stored } from './storage.ts';

/** The seq up to which one user has read each room, shared by the tabs of this origin. */
export class ReadMarks {
  /** Whether the user has never read anything here, so that nothing is known of what is new. */
  readonly fresh: boolean;
  readonly #key: string;
  #marks: Record<string, number>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(principal: number, changed: (room: number, seq: number) => void) {
    this.#key = `read.${principal}`;
    this.#marks = parsed(stored(this.#key));
    this.fresh = Object.keys(this.#marks).length === 0;
    onStoredElsewhere((key, value) => {
      if (key === this.#key) {
        for (const [room, seq] of Object.entries(parsed(value))) {
          this.#raise(room, seq, () => changed(Number(room), seq));
        }
      }
    });
  }

  /** The mark of a room; undefined where it was never read here. */
  of(room: number): number | undefined {
    return this.#marks[room];
  }

  /** Moves a room's mark, never back, and keeps it a moment later. */
  set(room: number, seq: number): void {
    this.#raise(String(room), seq, () => {
      this.#timer ??= setTimeout(() => this.keep(), 500);
    });
  }

  /** Sets a mark also to a lower seq, as for a room that was restored from a backup. */
  lower(room: number, seq: number): void {
    this.#marks[room] = seq;
    this.keep();
  }

  /** Keeps the marks now. */
  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    store(this.#key, JSON.stringify(this.#marks));
  }

  #raise(room: string, seq: number, then: () => void): void {
    if (Number.isSafeInteger(seq) && seq > (this.#marks[room] ?? -1)) {
      this.#marks[room] = seq;
      then();
    }
  }
}

function parsed(json: string | undefined): Record<string, number> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, number>) : {};
  } catch {
    return {};
  }
}
