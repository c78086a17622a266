import type { Entry, Gap, Message, Post, User } from 'chatprotocol';
import { gapRow } from './timeline.ts';
import type { OwnState, Quoted, Row, Span } from './timeline.ts';

type Find = (seq: number) => Message | undefined;

/** The row of an entry that shows something; `find` gives messages as they are by now. */
export function rowOf(told: Entry, find: Find = () => undefined): Row {
  const entry = find(told.seq) ?? told;
  return {
    key: entry.post?.id ?? `${entry.seq}`,
    kind: entry.kind === 'message' || entry.kind === 'unknown' ? 'said' : 'change',
    seq: entry.seq,
    last: entry.seq,
    time: entry.time,
    from: entry.from,
    name: entry.name,
    text: entry.text,
    ...(entry.post !== undefined && { own: 'stored' as const }),
    ...(entry.kind === 'message' && { said: entry, quoted: find(entry.reply ?? 0) }),
  };
}

/** Entries and gaps as one run of seqs; `edge` is the seq next to them, where there is neither. */
export function spanOf(entries: readonly Entry[], gaps: readonly Gap[], edge = 0, find?: Find): Span {
  const rows = [
    ...entries.filter((entry) => entry.said).map((entry) => rowOf(entry, find)),
    ...gaps.map((gap) => gapRow(gap.first, gap.last, timeNear(entries, gap.first))),
  ].sort((a, b) => a.seq - b.seq);
  const seqs = [...entries.map((entry) => entry.seq), ...gaps.flatMap((gap) => [gap.first, gap.last])];
  return seqs.length === 0
    ? { first: edge + 1, last: edge, rows }
    : { first: Math.min(...seqs), last: Math.max(...seqs), rows };
}

/** The row of an own message that is not known as an entry yet; the same object while nothing has changed. */
export function postRow(post: Post, self: User, before: Row | undefined, quoted?: Quoted): Row {
  const own: OwnState = post.state === 'queued' ? 'waiting' : post.state;
  const reason = post.state === 'refused' ? reasonOf(post) : undefined;
  if (before !== undefined && before.own === own && before.reason === reason) {
    return before;
  }
  return {
    key: post.id, kind: 'said', seq: Infinity, last: Infinity, time: post.time,
    from: self.principal, name: self.name, text: post.text, said: post, quoted, own, ...(reason !== undefined && { reason }),
  };
}

function reasonOf(post: Post): string {
  return post.error?.code ?? post.error?.failure ?? 'unknown';
}

function timeNear(entries: readonly Entry[], seq: number): number {
  return (entries.find((entry) => entry.seq > seq) ?? entries.at(-1))?.time ?? Date.now();
}
