import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edited, Entry, HistoryPage, Message, Pinned, PurgedEntries, Reacted, Reaction, Retracted } from '../../../src/chatprotocol-js/src/index.ts';
import { RoomMessages } from '../../../src/chatprotocol-js/src/room-messages.ts';

const self = 9;
const kinds = ['👍', 'x', '好'];

/** Numbers below `most` from a seed, so that a failure can be had again. */
function randomOf(seed: number): (most: number) => number {
  let state = seed * 2654435761 % 2 ** 32;
  return most => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor(state / 2 ** 32 * most);
  };
}

const base = (seq: number) => ({ room: 5, seq, time: 1000 * seq, from: 7, name: 'bob', text: '', said: false });
const said = (seq: number, text: string): Message => ({ ...base(seq), said: true, kind: 'message', text, reply: null, thread: null, action: false });
const edited = (seq: number, target: number, text: string): Edited => ({ ...base(seq), kind: 'edited', target, text });
const retracted = (seq: number, target: number): Retracted => ({ ...base(seq), kind: 'retracted', target });
const pinned = (seq: number, target: number, on: boolean): Pinned => ({ ...base(seq), kind: 'pinned', target, on });
const purged = (seq: number, first: number, last: number): PurgedEntries => ({ ...base(seq), kind: 'purged-entries', principal: 7, first, last });

/** A log of some messages and what becomes of them, each entry as it was when it was appended. */
function logOf(random: (most: number) => number, length: number): Entry[] {
  const log: Entry[] = [];
  const reactors = new Set<string>();
  for (let seq = 1; seq <= length; seq++) {
    const targets = log.filter(one => one.kind === 'message' && !log.some(gone => gone.kind === 'retracted' && gone.target === one.seq));
    const target = targets[random(targets.length)]?.seq;
    const what = random(10);
    if (target === undefined || random(3) === 0)
      log.push(said(seq, `text ${seq}`));
    else if (what === 0)
      log.push(retracted(seq, target));
    else if (what < 4)
      log.push(edited(seq, target, `text ${target} by ${seq}`));
    else if (what < 6)
      log.push(pinned(seq, target, random(2) === 0));
    else
      log.push(reactedTo(seq, target, kinds[random(kinds.length)]!, 8 + random(3), reactors));
  }
  return log;
}

function reactedTo(seq: number, target: number, reaction: string, principal: number, reactors: Set<string>): Reacted {
  const key = `${target} ${reaction} ${principal}`;
  const on = !reactors.delete(key);
  if (on)
    reactors.add(key);
  const count = [...reactors].filter(one => one.startsWith(`${target} ${reaction} `)).length;
  return { ...base(seq), kind: 'reacted', target, reactions: [{ reaction, count }], changes: [{ principal, name: 'x', reaction, on }] };
}

/** The messages as the entries up to a seq have made them. */
function fold(log: readonly Entry[], through: number): Map<number, Message> {
  const all = new Map<number, Message>();
  for (const entry of log.slice(0, through)) {
    const target = 'target' in entry ? all.get(entry.target)! : undefined;
    if (entry.kind === 'message')
      all.set(entry.seq, entry);
    else if (entry.kind === 'edited')
      all.set(entry.target, { ...target!, text: entry.text, edited: entry.time });
    else if (entry.kind === 'retracted')
      all.set(entry.target, said(entry.target, ''));
    else if (entry.kind === 'pinned')
      all.set(entry.target, { ...target!, pinned: entry.on });
    else if (entry.kind === 'reacted')
      all.set(entry.target, { ...target!, reactions: reactionsAfter(target!.reactions ?? [], entry) });
  }
  return all;
}

function reactionsAfter(before: readonly Reaction[], { reactions: [news], changes: [change] }: Reacted): Reaction[] {
  const { reaction, count } = news!;
  const own = change!.principal === self ? change!.on : before.some(one => one.reaction === reaction && one.own);
  return [...before.filter(one => one.reaction !== reaction), ...(count > 0 ? [{ reaction, count, own }] : [])];
}

/** A page of some of the log that was made when it had so many entries: texts that are gone are nowhere in it. */
function pageOf(log: readonly Entry[], head: number, random: (most: number) => number): HistoryPage {
  const present = fold(log, head);
  const [first, last] = [1 + random(head), 1 + random(head)].sort((a, b) => a - b) as [number, number];
  const entries = log.slice(first - 1, last).map(entry => {
    if (entry.kind === 'edited' && present.get(entry.target)!.text === '')
      return { ...entry, text: '' };
    const now = entry.kind === 'message' ? present.get(entry.seq)! : entry;
    const isAmended = now.kind === 'message' && now.text !== '' && (now.edited || now.pinned || now.reactions?.length);
    return isAmended ? { ...now, amended: { through: head, text: entry.text } } : now;
  });
  return { entries, gaps: [], epoch: 1, head, more: false, first, last };
}

const describe = ({ seq, text, edited, pinned, reactions }: Message) =>
  [seq, text, edited ?? null, pinned ?? false, ...(reactions ?? []).map(one => `${one.reaction} ${one.count} ${one.own}`).sort()].join(' ');

for (const seed of [1, 2, 3, 4])
  test(`Whatever is heard, in whatever order and however often, the messages are those of the log (CP-AMD-021); ${seed}`, () => {
    const random = randomOf(seed);
    for (let round = 0; round < 200; round++) {
      const log = logOf(random, 30);
      const seen = new RoomMessages(self);
      // Everything is heard as an event, and pages of any age come in between; then in any order, some of it twice.
      const told = [
        ...log.map(entry => () => seen.add([entry])),
        ...Array.from({ length: 4 }, () => pageOf(log, 1 + random(log.length), random)).map(page => () => seen.addPage(page)),
      ];
      for (let i = told.length - 1; i > 0; i--) {
        const j = random(i + 1);
        [told[i], told[j]] = [told[j]!, told[i]!];
      }
      for (const tell of [...told, ...told.slice(0, random(told.length))])
        tell();
      const expected = fold(log, log.length);
      assert.deepEqual([...expected.keys()].map(seq => describe(seen.find(seq)!)), [...expected.values()].map(describe), `round ${round}`);
    }
  });

test('What a page has already changes nothing when an event tells it later (CP-AMD-021)', () => {
  const seen = new RoomMessages(self);
  const first: Message = { ...said(1, 'third'), edited: 6000, amended: { through: 8, text: 'first' } };
  seen.addPage({ entries: [first, said(2, 'plain')], gaps: [], epoch: 1, head: 8, more: false, first: 1, last: 2 });
  seen.add([edited(5, 1, 'second'), edited(7, 2, 'never')]);
  assert.deepEqual([seen.find(1)!.text, seen.find(2)!.text], ['third', 'plain']);
  assert.deepEqual([...seen.add([edited(9, 1, 'fourth')])], [1]);
  assert.deepEqual([seen.find(1)!.text, seen.find(1)!.edited], ['fourth', 9000]);
});

test('A message that is gone stays so whatever comes behind, and no text of it is kept (CP-AMD-009)', () => {
  const seen = new RoomMessages(self);
  seen.add([retracted(9, 2), said(2, 'secret'), edited(10, 2, 'secret'), said(3, 'spam'), edited(4, 3, 'more spam')]);
  assert.equal(seen.erase(3), 3);
  assert.deepEqual([seen.find(2)!.text, seen.find(3)!.text, seen.find(3)!.edited], ['', '', undefined]);
});

test('A purge takes the messages, and of an edited one the edits that it covers', () => {
  const seen = new RoomMessages(self);
  seen.add([said(1, 'old'), said(2, 'spam'), edited(3, 1, 'more spam')]);
  assert.deepEqual([...seen.add([purged(4, 2, 3)])].sort(), [1, 2]);
  assert.deepEqual([seen.find(1)!.text, seen.find(1)!.edited, seen.find(2)!.text], ['old', null, '']);
});

test('After a restore what may be otherwise is dropped and named, and what is outside of a window is forgotten', () => {
  const seen = new RoomMessages(self);
  seen.add([said(1, 'x'), said(2, 'x'), said(9, 'x'), edited(8, 1, 'y')]);
  assert.deepEqual(seen.rewind(5), [1]);
  assert.deepEqual([1, 2, 9].map(seq => seen.find(seq)?.text), [undefined, 'x', undefined]);
  seen.keep(3, 4);
  assert.equal(seen.find(2), undefined);
});
