import { dayOf } from '../text/days.ts';
import { blockSize } from './timeline.ts';
import type { Row } from './timeline.ts';

/** A row with what its place makes of it. */
export interface Item {
  readonly row: Row;
  /** Whether it goes on what the row above says: same author, within minutes, so that the name is not repeated. */
  readonly continues: boolean;
  /** Whether the line that says "new" stands above it. */
  readonly firstUnread: boolean;
}

/** Items of one local calendar date within a block. */
export interface Run {
  readonly day: string;
  /** Whether the date begins here and is told above it. */
  readonly begins: boolean;
  readonly items: readonly Item[];
}

/** Some fifty rows that the browser may leave undrawn as one. */
export interface Block {
  readonly id: number;
  readonly runs: readonly Run[];
}

const continuesWithin = 5 * 60_000;

/** Lays rows out in blocks; what has not changed since the last time is the same object again. */
export class Layout {
  #blocks: readonly Block[] = [];
  // The block in which an own message appeared, which it keeps once it is stored: it would be drawn anew elsewhere.
  readonly #places = new Map<string, number>();

  lay(rows: readonly Row[], pending: readonly Row[], unreadAfter: number | undefined, self: number): readonly Block[] {
    const before = new Map(this.#blocks.map((block) => [block.id, block]));
    const blocks: Block[] = [];
    for (const [id, items] of this.#place(itemsOf(rows, pending, unreadAfter, self))) {
      const day = blocks.at(-1)?.runs.at(-1)?.day;
      blocks.push(sameOr(before.get(id), { id, runs: runsOf(items, day) }));
    }
    this.#blocks = blocks;
    return blocks;
  }

  #place(items: readonly Item[]): Map<number, Item[]> {
    const places = new Map<number, Item[]>();
    let at = 0;
    let last = 0;
    for (const item of items) {
      const { row } = item;
      const stored = row.seq !== Infinity;
      last = stored ? row.last : last + 1;
      at = Math.max(at, this.#places.get(row.key) ?? Math.floor(last / blockSize));
      if (!stored) {
        this.#places.set(row.key, at);
      }
      // A block tells its first author anew, so that nobody has to scroll far for the name.
      places.get(at)?.push(item) ?? places.set(at, [{ ...item, continues: false }]);
    }
    return places;
  }
}

function itemsOf(rows: readonly Row[], pending: readonly Row[], unreadAfter: number | undefined, self: number): Item[] {
  const items: Item[] = [];
  let above: Row | undefined;
  let told = unreadAfter === undefined || (rows[0]?.seq ?? 0) > unreadAfter + 1;
  for (const row of [...rows, ...pending]) {
    const firstUnread = !told && row.seq !== Infinity && row.seq > (unreadAfter as number) && row.from !== self;
    told ||= firstUnread;
    items.push({ row, continues: !firstUnread && continues(above, row), firstUnread });
    above = row;
  }
  return items;
}

function continues(above: Row | undefined, row: Row): boolean {
  return above !== undefined && above.kind === 'said' && row.kind === 'said'
    && !row.said?.reply && above.from === row.from && above.name === row.name
    && row.time - above.time < continuesWithin && dayOf(above.time) === dayOf(row.time);
}

function runsOf(items: readonly Item[], dayAbove: string | undefined): Run[] {
  const runs: { day: string; begins: boolean; items: Item[] }[] = [];
  for (const item of items) {
    const day = dayOf(item.row.time);
    const run = runs.at(-1);
    if (run?.day === day) {
      run.items.push(item);
    } else {
      runs.push({ day, begins: day !== (run?.day ?? dayAbove), items: [item] });
    }
  }
  return runs;
}

function sameOr(before: Block | undefined, now: Block): Block {
  if (before === undefined || before.runs.length !== now.runs.length) {
    return now;
  }
  const runs = now.runs.map((run, i) => sameRunOr(before.runs[i] as Run, run));
  return runs.every((run, i) => run === before.runs[i]) ? before : { id: now.id, runs };
}

function sameRunOr(before: Run, now: Run): Run {
  const items = now.items.map((item, i) => sameItemOr(before.items[i], item));
  const same = before.day === now.day && before.begins === now.begins && before.items.length === items.length
    && items.every((item, i) => item === before.items[i]);
  return same ? before : { ...now, items };
}

function sameItemOr(before: Item | undefined, now: Item): Item {
  const same = before !== undefined && before.row === now.row
    && before.continues === now.continues && before.firstUnread === now.firstUnread;
  return same ? before : now;
}
