import type { Row, Span } from '../../../src/chatprotocol-web/src/state/timeline.ts';

/** A message of somebody, a minute after the one before it. */
export function rowOf(seq: number, change: Partial<Row> = {}): Row {
  return {
    key: String(seq), kind: 'said', seq, last: seq, time: Date.UTC(2026, 0, 1, 12) + seq * 60_000,
    from: 20, name: 'ann', text: `text ${seq}`, ...change,
  };
}

/** Messages from `first` to `last`. */
export function rowsBetween(first: number, last: number): Row[] {
  return Array.from({ length: last - first + 1 }, (_, i) => rowOf(first + i));
}

/** The same as a run of seqs. */
export function spanBetween(first: number, last: number): Span {
  return { first, last, rows: rowsBetween(first, last) };
}
