import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnreadCount } from '../../../src/chatprotocol-web/src/state/unread.ts';

const limit = { timeout: 5_000 };

test('What others say counts until it is read, what one says oneself never', limit, () => {
  const count = new UnreadCount(5, 5);
  count.add(6, true, false);
  count.add(7, false, false);
  count.add(8, true, true);
  assert.deepEqual([count.unread, count.mentions], [2, 1]);

  count.read(6);
  assert.deepEqual([count.unread, count.mentions], [1, 1]);
  count.read(8);
  assert.deepEqual([count.unread, count.mentions], [0, 0]);
});

test('Before the past was looked at each seq counts, and then only what is said by others', limit, () => {
  const count = new UnreadCount(10, 20);
  assert.equal(count.unread, 10);
  count.examined(11, [12, 15, 16], [15]);

  assert.deepEqual([count.unread, count.mentions], [3, 1]);
});

test('A page that reaches a part of the past leaves the rest as it was counted', limit, () => {
  const count = new UnreadCount(0, 100);
  count.examined(81, [90], []);
  assert.equal(count.unread, 81);
});

test('What was read is never unread again, and nothing beyond the head is read', limit, () => {
  const count = new UnreadCount(5, 9);
  assert.equal(count.read(7), true);
  assert.equal(count.read(6), false);
  count.read(1_000);
  assert.equal(count.readTo, 9);
});

test('A message that comes twice counts once', limit, () => {
  const count = new UnreadCount(0, 0);
  count.add(1, true, true);
  count.add(1, true, true);
  assert.equal(count.unread, 1);
});

test('A room that nobody reads for long costs no more memory, and its count goes on', limit, () => {
  const count = new UnreadCount(0, 0);
  for (let seq = 1; seq <= 50_000; seq++) {
    count.add(seq, true, false);
  }
  assert.equal(count.unread, 50_000);
});
