import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frames, type Entry } from '../../../src/chatprotocol-js/src/node.ts';
import { Chatd } from '../kit/chatd.ts';
import { eventually } from '../kit/eventually.ts';
import { client } from '../kit/sdk.ts';

// 1,000,000 takes a minute or two; the bound is the same.
const count = Number(process.env['TEST_ENTRIES'] ?? 100_000);
const MiB = 2 ** 20;

const rss = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};

test('A reader far behind gets all entries, and holds a window of them at most', { timeout: 600_000 }, async t => {
  await using chatd = await Chatd.start();
  const bob = await client(t, chatd.address, 'bob');
  const text = 'x'.repeat(100);
  const full = await bob.open('long', true);
  for (let posted = 0; posted < count;) {
    const batch = Math.min(5000, count - posted);
    await Promise.all(Array.from({ length: batch }, () => full.post(text).done));
    posted += batch;
  }
  const ada = await client(t, chatd.webSocket, { window: MiB });
  const before = rss();
  let most = before;
  const room = await ada.join('long', { from: 'oldest' });
  // Nobody takes anything: the server stops behind the window.
  for (let i = 0; i < 20; i++)
    await ada.rooms();
  most = Math.max(most, rss());
  let last = 0;
  let pending = 0;
  let mostPending = 0;
  room.on('entries', async ({ entries }: { entries: readonly Entry[] }) => {
    pending += entries.length;
    mostPending = Math.max(mostPending, pending);
    assert.equal(entries[0]!.seq, last + 1);
    last = entries.at(-1)!.seq;
    // Stored elsewhere, as in a database: the credit comes once that is done.
    await new Promise(resolve => setImmediate(resolve));
    pending -= entries.length;
    if (last % 16 === 0)
      most = Math.max(most, process.memoryUsage().rss);
  });
  const began = performance.now();
  await eventually(() => last === count, () => `for the last entry: ${last}`, 500_000);
  const seconds = (performance.now() - began) / 1000;
  t.diagnostic(`${count} entries behind: ${Math.round((most - before) / MiB)} MiB more at most, at most ${mostPending} entries waiting, ${Math.round(count / seconds)} entries a second`);
  assert.ok(most - before < 96 * MiB, `the process grew by ${Math.round((most - before) / MiB)} MiB`);
  // An entry has some 125 bytes in its frame; a window and 64 KiB may wait.
  assert.ok(mostPending < (MiB + 65_536) / 120, `${mostPending} entries waited`);
});

test('A room that nobody reads holds back no other room, and what was left is there afterwards', { timeout: 30_000 }, async t => {
  await using chatd = await Chatd.start();
  const bob = await client(t, chatd.address, 'bob');
  const ada = await client(t, chatd.address, { window: 10_000 });
  const unread = await ada.join('unread');
  const read = await ada.join('read');
  const got: string[] = [];
  read.on('entries', ({ entries }) => void got.push(...entries.map(entry => entry.text)));
  const posts = await bob.open('unread');
  await Promise.all(Array.from({ length: 100 }, (_, i) => posts.post(`${i} ${'x'.repeat(2000)}`).done));
  await (await bob.open('read')).post('hello').done;
  await eventually(() => got.length === 1, () => 'for the other room');
  assert.equal(unread.cursor.seq, 0);
  let taken = 0;
  unread.on('entries', ({ entries }) => void (taken += entries.length));
  await eventually(() => taken === 100, () => `for the rest: ${taken}`);
  await unread.leave();
  assert.deepEqual((await ada.request(frames.ownSessions, {})).sessions.map(session => session.rooms), [1]);
});
