import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/chatprotocol-js/src/index.ts';
import { Timeline, gapRow, mostFollowed, mostRows } from '../../../src/chatprotocol-web/src/state/timeline.ts';
import { rowOf, rowsBetween, spanBetween } from './rows.ts';

const limit = { timeout: 5_000 };

test('What is said goes behind the window once, however often it comes', limit, () => {
  const timeline = new Timeline();
  timeline.restart(10, true);
  assert.equal(timeline.append(spanBetween(11, 13), true), true);
  assert.equal(timeline.append(spanBetween(12, 13), true), false);
  timeline.append(spanBetween(13, 14), true);

  assert.deepEqual(timeline.rows.map((row) => row.seq), [11, 12, 13, 14]);
});

test('What is said while somebody reads the past leaves the window alone', limit, () => {
  const timeline = new Timeline();
  timeline.restart(100, false);
  timeline.newer(spanBetween(101, 150), 5_000);

  assert.equal(timeline.append(spanBetween(5_001, 5_001), false), false);
  assert.equal(timeline.last, 150);
});

test('A hole between what came and what comes is a row', limit, () => {
  const timeline = new Timeline();
  timeline.restart(0, true);
  timeline.append(spanBetween(1, 2), true);
  timeline.append(spanBetween(6, 6), true);

  assert.deepEqual(timeline.rows.map(({ kind, seq, last }) => [kind, seq, last]), [
    ['said', 1, 1], ['said', 2, 2], ['gap', 3, 5], ['said', 6, 6],
  ]);
});

test('Older pages go before the window, up to the first message', limit, () => {
  const timeline = new Timeline();
  timeline.restart(120, true);
  timeline.older(spanBetween(61, 120), true);
  assert.equal(timeline.atStart, false);
  timeline.older(spanBetween(1, 60), false);

  assert.equal(timeline.rows.length, 120);
  assert.equal(timeline.atStart, true);
});

test('A window that grows into the past lets go of the end, which is no longer followed', limit, () => {
  const timeline = new Timeline();
  timeline.restart(2_000, true);
  for (let first = 1_941; first > 1_400; first -= 60) {
    timeline.older(spanBetween(first, first + 59), true);
  }

  assert.ok(timeline.rows.length <= mostRows);
  assert.equal(timeline.atEnd, false);
  assert.ok(timeline.last < 2_000);
});

test('A window that follows the end lets go of the oldest rows', limit, () => {
  const timeline = new Timeline();
  timeline.restart(0, true);
  for (let seq = 1; seq <= 1_000; seq++) {
    timeline.append(spanBetween(seq, seq), true);
  }

  assert.ok(timeline.rows.length <= mostFollowed);
  assert.equal(timeline.rows.at(-1)?.seq, 1_000);
  assert.equal(timeline.atStart, false);
  assert.equal(timeline.first, timeline.rows[0]?.seq);
});

test('A window that is read while many speak keeps what is read', limit, () => {
  const timeline = new Timeline();
  timeline.restart(0, true);
  for (let seq = 1; seq <= 2_000; seq++) {
    timeline.append(spanBetween(seq, seq), false);
  }

  assert.equal(timeline.rows[0]?.seq, 1);
  assert.ok(timeline.rows.length <= mostRows);
  assert.equal(timeline.atEnd, false);
});

test('The end is reached again by pages up to the head', limit, () => {
  const timeline = new Timeline();
  timeline.restart(0, false);
  timeline.newer(spanBetween(1, 60), 100);
  assert.equal(timeline.atEnd, false);
  timeline.newer(spanBetween(61, 100), 100);

  assert.equal(timeline.atEnd, true);
  assert.equal(timeline.append(spanBetween(101, 101), true), true);
});

test('An erased message stays where it was, without its text; the others are the same rows', limit, () => {
  const timeline = new Timeline();
  timeline.restart(0, true);
  timeline.append({ first: 1, last: 5, rows: [...rowsBetween(1, 3), gapRow(4, 5, 3)] }, true);
  const before = timeline.rows;

  assert.equal(timeline.erase((row) => row.seq === 2), true);
  assert.equal(timeline.erase((row) => row.seq === 2), false);
  assert.deepEqual(timeline.rows.map((row) => row.text), ['text 1', '', 'text 3', '']);
  assert.equal(timeline.rows[0], before[0]);
});

test('What becomes of a message shows in its row, and where another one answers it; the others are the same rows', limit, () => {
  const timeline = new Timeline();
  const message = (seq: number, text: string, reply: number | null = null): Message => ({
    room: 1, seq, time: 0, from: 20, name: 'ann', text, said: true, kind: 'message', reply, thread: null, action: false,
  });
  timeline.restart(0, true);
  timeline.append({ first: 1, last: 3, rows: [rowOf(1), rowOf(2, { said: message(2, 'text 2', 1), quoted: message(1, 'text 1') }), rowOf(3)] }, true);
  const before = timeline.rows;
  const edited = message(1, 'another');

  assert.equal(timeline.amend(new Set([1, 9]), (seq) => (seq === 1 ? edited : undefined)), true);
  assert.deepEqual(timeline.rows.map((row) => [row.text, row.quoted?.text]), [['another', undefined], ['text 2', 'another'], ['text 3', undefined]]);
  assert.equal(timeline.rows[2], before[2]);
  assert.equal(timeline.amend(new Set([3]), () => undefined), false);
  assert.equal(timeline.erase(({ seq, from }) => seq === 1 && from === 20), true);
  assert.deepEqual(timeline.rows.map((row) => [row.text, row.quoted?.text]), [['', undefined], ['text 2', undefined], ['text 3', undefined]]);
});
