import type { RoomState } from '../state/room.ts';

const nearEnd = 24;

/** Keeps what is read in its place while rows come and go around it, and the end in view where it is followed. */
export class Scroller {
  readonly #box: HTMLElement;
  readonly #room: RoomState;
  readonly #observer: ResizeObserver;
  readonly #observed = new Set<Element>();
  #anchor: { readonly row: HTMLElement; readonly top: number } | undefined;
  #lastTop = 0;
  #toUnread: boolean;

  constructor(box: HTMLElement, room: RoomState) {
    this.#box = box;
    this.#room = room;
    this.#toUnread = room.unread.value > 0;
    this.#observer = new ResizeObserver(() => this.settle());
    this.#observer.observe(box);
  }

  /** Lets go of the page. */
  dispose(): void {
    this.#observer.disconnect();
  }

  /** Takes the reader's own scrolling. */
  scrolled(): void {
    this.#undoShift();
    const { scrollTop } = this.#box;
    if (this.#atEnd()) {
      this.#room.following = this.#room.timeline.atEnd;
    } else if (scrollTop < this.#lastTop - 1) {
      this.#room.following = false;
      this.#toUnread = false;
    }
    this.#lastTop = scrollTop;
    this.#hold();
    this.#loadMore();
  }

  /** Puts everything back in its place after rows were drawn, came into view or changed their height. */
  settle(): void {
    this.#observe();
    this.#reveal();
    if (this.#room.following) {
      this.#scrollTo(this.#box.scrollHeight);
    } else if (this.#anchor?.row.isConnected === true) {
      const moved = this.#topOf(this.#anchor.row) - this.#anchor.top;
      if (Math.abs(moved) >= 1) {
        this.#scrollTo(this.#box.scrollTop + moved);
      }
    }
    if (this.#room.following || !this.#isSeen(this.#anchor?.row)) {
      this.#hold();
    }
    this.#loadMore();
  }

  /** Scrolls by whole pages, or to an end of what is loaded. */
  page(by: number): void {
    this.#box.scrollBy(0, by * (this.#box.clientHeight - 40));
  }

  /** The seq of the last message that can be seen. */
  lastSeen(): number {
    if (this.#room.following) {
      return this.#room.timeline.last;
    }
    const bottom = this.#box.getBoundingClientRect().bottom;
    const rows = [...this.#visibleRows()].filter((row) => row.getBoundingClientRect().bottom <= bottom + nearEnd);
    return Number(rows.at(-1)?.dataset.seq ?? 0);
  }

  /** Rows above may have been measured since the last look: what they moved is no scrolling of the reader's. */
  #undoShift(): void {
    const { scrollTop, clientHeight } = this.#box;
    const scrolled = scrollTop - this.#lastTop;
    if (this.#room.following || this.#anchor?.row.isConnected !== true || Math.abs(scrolled) > clientHeight) {
      return;
    }
    const shift = this.#topOf(this.#anchor.row) - (this.#anchor.top - scrolled);
    if (Math.abs(shift) >= 1) {
      this.#box.scrollTop = scrollTop + shift;
    }
  }

  #reveal(): void {
    const target = this.#room.target.peek();
    if (target !== undefined) {
      const row = this.#box.querySelector<HTMLElement>(`[data-seq="${target.seq}"]`);
      if (row !== null) {
        this.#room.target.value = undefined;
        this.#center(row, 0.35);
        mark(row);
      }
      return;
    }
    const line = this.#toUnread ? this.#box.querySelector<HTMLElement>('.new-line') : null;
    if (line !== null) {
      this.#toUnread = false;
      this.#center(line, 0.25);
      this.#room.following = this.#atEnd() && this.#room.timeline.atEnd;
    }
  }

  #center(element: HTMLElement, at: number): void {
    this.#room.following = false;
    this.#scrollTo(this.#box.scrollTop + this.#topOf(element) - this.#box.clientHeight * at);
    // Rows on the way may only now have been measured.
    this.#scrollTo(this.#box.scrollTop + this.#topOf(element) - this.#box.clientHeight * at);
    const row = element.closest<HTMLElement>('li') ?? element;
    this.#anchor = { row, top: this.#topOf(row) };
  }

  #isSeen(row: HTMLElement | undefined): boolean {
    const top = row?.isConnected === true ? this.#topOf(row) : Infinity;
    return top < this.#box.clientHeight && top + (row?.offsetHeight ?? 0) > 0;
  }

  #hold(): void {
    const rows = [...this.#visibleRows()];
    // Rows of a block that the browser has not drawn yet reach beyond it, into those that stand where they are.
    const row = rows.find((candidate) => candidate.checkVisibility?.({ contentVisibilityAuto: true }) !== false) ?? rows[0];
    if (row !== undefined) {
      this.#anchor = { row, top: this.#topOf(row) };
    }
  }

  *#visibleRows(): Generator<HTMLElement> {
    const box = this.#box.getBoundingClientRect();
    for (const block of this.#box.querySelectorAll<HTMLElement>('.block')) {
      const area = block.getBoundingClientRect();
      if (area.bottom > box.top && area.top < box.bottom) {
        for (const row of block.querySelectorAll<HTMLElement>('li')) {
          const { top, bottom } = row.getBoundingClientRect();
          if (bottom > box.top && top < box.bottom) {
            yield row;
          }
        }
      }
    }
  }

  #observe(): void {
    const blocks = new Set<Element>(this.#box.querySelectorAll('.block'));
    for (const block of this.#observed) {
      if (!blocks.has(block)) {
        this.#observer.unobserve(block);
        this.#observed.delete(block);
      }
    }
    for (const block of blocks) {
      if (!this.#observed.has(block)) {
        this.#observer.observe(block);
        this.#observed.add(block);
      }
    }
  }

  #loadMore(): void {
    const { timeline, loading, error } = this.#room;
    const { scrollTop, clientHeight, scrollHeight } = this.#box;
    if (loading.peek() !== undefined || error.peek() !== undefined || clientHeight === 0) {
      return;
    }
    if (!timeline.atStart && scrollTop < 2 * clientHeight) {
      void this.#room.loadOlder();
    } else if (!timeline.atEnd && scrollHeight - scrollTop - clientHeight < 2 * clientHeight) {
      void this.#room.loadNewer();
    }
  }

  #atEnd(): boolean {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < nearEnd;
  }

  #scrollTo(top: number): void {
    this.#box.scrollTop = top;
    this.#lastTop = this.#box.scrollTop;
  }

  #topOf(element: HTMLElement): number {
    return element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
  }
}

function mark(row: HTMLElement): void {
  row.classList.add('marked');
  row.focus({ preventScroll: true });
  setTimeout(() => row.classList.remove('marked'), 3_000);
}
