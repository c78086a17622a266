import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../../src/chatprotocol-web/src/state/layout.ts';
import type { Block, Item } from '../../../src/chatprotocol-web/src/state/layout.ts';
import type { Row } from '../../../src/chatprotocol-web/src/state/timeline.ts';
import { rowOf, rowsBetween } from './rows.ts';

const limit = { timeout: 5_000 };
const self = 7;

function itemsOf(blocks: readonly Block[]): Item[] {
  return blocks.flatMap((block) => block.runs.flatMap((run) => run.items));
}

function blockOf(blocks: readonly Block[], key: string): number | undefined {
  return blocks.find((block) => itemsOf([block]).some((item) => item.row.key === key))?.id;
}

test('Rows stand in blocks by their seq, so that older ones move none', limit, () => {
  const layout = new Layout();
  const rows = rowsBetween(40, 160);
  const before = layout.lay(rows.slice(60), [], undefined, self);
  const after = layout.lay(rows, [], undefined, self);

  assert.deepEqual(before.map((block) => block.id), [2, 3]);
  assert.deepEqual(after.map((block) => block.id), [0, 1, 2, 3]);
  assert.equal(after.at(-1), before.at(-1));
});

test('A new message leaves all blocks but its own the same objects', limit, () => {
  const layout = new Layout();
  const rows = rowsBetween(1, 120);
  const before = layout.lay(rows, [], undefined, self);
  const after = layout.lay([...rows, rowOf(121)], [], undefined, self);

  assert.deepEqual(after.map((block, i) => block === before[i]), [true, true, false]);
  assert.equal(itemsOf(after)[5], itemsOf(before)[5]);
});

test('An own message keeps its block when it is stored, also behind the border of blocks', limit, () => {
  const layout = new Layout();
  const pending: Row = rowOf(0, { key: 'p1', seq: Infinity, last: Infinity, from: self, own: 'waiting' });
  const rows = rowsBetween(40, 48);
  const before = blockOf(layout.lay(rows, [pending], undefined, self), 'p1');
  const after = layout.lay([...rows, rowOf(49), rowOf(50, { key: 'p1', from: self, own: 'stored' })], [], undefined, self);

  assert.equal(before, 0);
  assert.equal(blockOf(after, 'p1'), 0);
});

test('A message that goes on says no name again, unless minutes, a day or a block lie between', limit, () => {
  const rows = [
    rowOf(1), rowOf(2), rowOf(3, { name: 'anna' }), rowOf(4, { from: 21, name: 'bob' }),
    rowOf(5, { from: 21, name: 'bob', time: rowOf(60).time }),
  ];
  const continues = itemsOf(new Layout().lay(rows, [], undefined, self)).map((item) => item.continues);
  assert.deepEqual(continues, [false, true, false, false, false]);

  const across = itemsOf(new Layout().lay(rowsBetween(49, 51), [], undefined, self)).map((item) => item.continues);
  assert.deepEqual(across, [false, false, true]);
});

test('A date is told where it begins, by the local calendar', limit, () => {
  const lateEvening = new Date(2026, 2, 28, 23, 59).getTime();
  const afterMidnight = new Date(2026, 2, 29, 0, 1).getTime();
  const rows = [rowOf(1, { time: lateEvening }), rowOf(2, { time: afterMidnight }), rowOf(60, { time: afterMidnight + 1_000 })];
  const runs = new Layout().lay(rows, [], undefined, self).flatMap((block) => block.runs);

  assert.deepEqual(runs.map(({ day, begins }) => [day, begins]), [['2026-03-28', true], ['2026-03-29', true], ['2026-03-29', false]]);
});

test('The line "new" stands above the first message of another that is unread, and above no other', limit, () => {
  const rows = [rowOf(1), rowOf(2, { from: self }), rowOf(3), rowOf(4)];
  const lines = itemsOf(new Layout().lay(rows, [], 1, self)).map((item) => item.firstUnread);

  assert.deepEqual(lines, [false, false, true, false]);
});

test('No line "new" stands where the first unread message is not loaded', limit, () => {
  const lines = itemsOf(new Layout().lay(rowsBetween(50, 60), [], 10, self)).map((item) => item.firstUnread);
  assert.ok(!lines.includes(true));
});
