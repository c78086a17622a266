import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Post } from 'chatprotocol';
import { OwnPosts } from '../../../src/chatprotocol-web/src/state/own-posts.ts';
import { Timeline } from '../../../src/chatprotocol-web/src/state/timeline.ts';
import { rowOf } from './rows.ts';

const limit = { timeout: 5_000 };
const self = { principal: 7, name: 'me' };

/** A post as the SDK has it, as far as the page looks at it; tests change its state. */
type Changing = { -readonly [K in keyof Post]?: Post[K] };

function post(change: Changing = {}): Changing {
  return { id: 'p1', text: 'hello', time: rowOf(5).time, state: 'queued', recovered: false, seq: undefined, error: undefined, ...change };
}

function timelineTo(last: number): Timeline {
  const timeline = new Timeline();
  timeline.restart(last, true);
  return timeline;
}

test('A message is there from the moment that it is written, and the same row until something changes', limit, () => {
  const posts = new OwnPosts();
  const written = post();
  posts.add(written as Post);
  const [first] = posts.rowsBehind(timelineTo(4), self);
  const [second] = posts.rowsBehind(timelineTo(4), self);
  written.state = 'sent';
  const [third] = posts.rowsBehind(timelineTo(4), self);

  assert.equal(first, second);
  assert.deepEqual([first?.own, third?.own, first?.key, third?.key], ['waiting', 'sent', 'p1', 'p1']);
});

test('A stored message stays until the entry has come, and no longer', limit, () => {
  const posts = new OwnPosts();
  const written = post();
  posts.add(written as Post);
  written.state = 'stored';
  written.seq = 5;
  assert.equal(posts.rowsBehind(timelineTo(4), self).length, 1);
  assert.equal(posts.rowsBehind(timelineTo(5), self).length, 0);
});

test('A refused message stays, with why, until it is dealt with', limit, () => {
  const posts = new OwnPosts();
  posts.add(post({ state: 'refused', error: { code: 'muted' } as Post['error'] }) as Post);
  const [row] = posts.rowsBehind(timelineTo(4), self);
  assert.deepEqual([row?.own, row?.reason, posts.unsent], ['refused', 'muted', true]);

  posts.forget('p1');
  assert.deepEqual([posts.rowsBehind(timelineTo(4), self).length, posts.unsent], [0, false]);
});

test('A message of an earlier run does not stand beside the entry that it seems to be', limit, () => {
  const timeline = timelineTo(4);
  const posts = new OwnPosts();
  posts.restart([post({ recovered: true }) as Post]);
  assert.equal(posts.rowsBehind(timeline, self).length, 1);

  timeline.append({ first: 5, last: 5, rows: [rowOf(5, { from: self.principal, text: 'hello' })] }, true);
  assert.equal(posts.rowsBehind(timeline, self).length, 0);
});

test('Where the past is read, what was written last is not behind it', limit, () => {
  const timeline = new Timeline();
  timeline.restart(100, false);
  const posts = new OwnPosts();
  posts.add(post() as Post);

  assert.equal(posts.rowsBehind(timeline, self).length, 0);
  assert.equal(posts.unsent, true);
});
