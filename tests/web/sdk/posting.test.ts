import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ChatClient, FileOutbox, frames, type Entry } from '../../../src/chatprotocol-js/src/node.ts';
import { Chatd } from '../kit/chatd.ts';
import { eventually } from '../kit/eventually.ts';
import { oneTry } from '../kit/oneTry.ts';
import { client, guest } from '../kit/sdk.ts';

const count = Number(process.env['TEST_KILL_POSTS'] ?? 2000);
const kills = Number(process.env['TEST_KILLS'] ?? 3);

for (const kind of ['TCP', 'WebSocket'] as const)
  test(`Posts while the server is killed and started again are each stored once, in their order, and read once, by ${kind}`, { ...oneTry, timeout: 120_000 }, async t => {
    await using chatd = await Chatd.start();
    const address = kind === 'TCP' ? chatd.address : chatd.webSocket;
    const ada = await client(t, address, 'ada');
    const bob = await client(t, address, 'bob');
    const room = await ada.open('lobby');
    const read: Entry[] = [];
    const reader = await bob.join('lobby');
    reader.on('entries', ({ entries }) => void read.push(...entries));
    let stored = 0;
    const posts = [];
    for (let i = 0; i < count; i++) {
      const post = room.post(`post ${i}`);
      post.done.then(() => stored++, () => {});
      posts.push(post);
    }
    for (let kill = 1; kill <= kills; kill++) {
      await eventually(() => stored >= count * kill / (kills + 2), () => `for ${kill}: ${stored} are stored`, 60_000);
      await chatd.kill();
      await chatd.startAgain();
    }
    await Promise.all(posts.map(post => post.done));
    await eventually(() => read.length >= count, () => `for the entries: ${read.length}`, 60_000);
    assert.deepEqual(read.map(entry => entry.text), Array.from({ length: count }, (_, i) => `post ${i}`));
    assert.deepEqual(read.map(entry => entry.seq), Array.from({ length: count }, (_, i) => i + 1));
    assert.ok(posts.every((post, i) => post.seq === i + 1 || post.seq === undefined), 'each post tells its seq');
    t.diagnostic(`${count} posts, ${kills} kills`);
  });

test('A post of a program that is killed is stored once by the next run with its outbox', { ...oneTry, timeout: 60_000 }, async t => {
  await using chatd = await Chatd.start();
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const outbox = join(folder, 'outbox');
  const secret = '00'.repeat(32);
  for (let run = 0; run < 3; run++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'kit', 'poster.ts'), chatd.address, outbox, secret, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise(resolve => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise(resolve => child.once('exit', resolve));
  }
  const ada = await client(t, chatd.address, { login: { ...guest('ada'), secret: new Uint8Array(32) }, outbox: new FileOutbox(outbox) });
  const room = await ada.join('lobby', { from: 'oldest' });
  const read: Entry[] = [];
  room.on('entries', ({ entries }) => void read.push(...entries));
  await room.post('the end').done;
  await eventually(() => read.at(-1)?.text === 'the end', () => `for the end: ${read.map(entry => entry.text)}`);
  assert.deepEqual(ada.posts, []);
  const texts = read.map(entry => entry.text);
  assert.equal(new Set(texts).size, texts.length, 'no text twice');
  // Each run posts a hundred; what it had handed to the outbox before it was killed is there, in its order.
  for (let run = 0; run < 3; run++) {
    const own = texts.filter(text => text.startsWith(`run ${run} `));
    assert.deepEqual(own, Array.from({ length: own.length }, (_, i) => `run ${run} post ${i}`));
    assert.equal(own.length, 100);
  }
});

test('A refused post is there in the next run, is not sent by itself, and can be retried or discarded', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const outbox = join(chatd.folder, 'outbox');
  const owner = await client(t, chatd.address, 'owner');
  const owned = await owner.open('tea', true);
  await owned.change({ moderated: true });
  const options = { address: chatd.address, login: { ...guest('ada'), secret: new Uint8Array(32) } };
  const first = await ChatClient.connect({ ...options, outbox: new FileOutbox(outbox) });
  const room = await first.open('tea');
  const refused = [room.post('green'), room.post('black')];
  await Promise.allSettled(refused.map(post => post.done));
  await first.close();
  const second = await client(t, chatd.address, { ...options, outbox: new FileOutbox(outbox) });
  await eventually(() => second.posts.length === 2, () => `for the posts: ${second.posts.length}`);
  const [green, black] = second.posts;
  assert.deepEqual([green!.id, green!.text, green!.state, green!.recovered, green!.kept], [refused[0]!.id, 'green', 'refused', true, true]);
  assert.equal(green!.error!.message, refused[0]!.error!.message);
  await owner.request(frames.setRole, { room: owned.id, name: 'ada', role: 1 });
  green!.retry();
  await eventually(() => green!.state === 'stored', () => `for the retry: ${green!.state} ${green!.error}`);
  black!.discard();
  assert.deepEqual(second.posts, []);
  await second.close();
  const third = await client(t, chatd.address, { ...options, outbox: new FileOutbox(outbox) });
  const again = await third.open('tea');
  await again.post('the end').done;
  assert.deepEqual(third.posts, []);
  assert.deepEqual((await again.history()).entries.filter(entry => entry.kind === 'message').map(entry => entry.text), ['green', 'the end']);
});

test('An outbox that another process has is refused', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const outbox = join(chatd.folder, 'outbox');
  await client(t, chatd.address, { outbox: new FileOutbox(outbox) });
  await assert.rejects(ChatClient.connect({ address: chatd.address, login: guest('bob'), outbox: new FileOutbox(outbox) }), /is used by process/);
});

test('A publisher that another session has is given up: its posts are refused, and new ones go under another', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const secret = new Uint8Array(32).fill(7);
  const ada = new ChatClient({ address: chatd.address, login: { ...guest('ada'), secret } }, true, 'ab'.repeat(16));
  t.after(() => ada.close());
  const room = await ada.open('lobby');
  await room.post('one').done;
  const copy = new ChatClient({ address: chatd.address, login: { ...guest('ada'), secret } }, true, 'ab'.repeat(16));
  t.after(() => copy.close());
  await copy.online();
  const post = room.post('two');
  await assert.rejects(post.done, { code: 'publisher-fenced' });
  assert.equal(post.state, 'refused');
  await ada.online();
  await room.post('three').done;
  post.retry();
  await eventually(() => post.state === 'stored', () => `for the retry: ${post.state}`);
  assert.deepEqual((await room.history()).entries.map(entry => entry.text), ['one', 'three', 'two']);
});

test('After a restore from a backup the room is rewound, and posts go on', { timeout: 40_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.join('lobby');
  const happened: string[] = [];
  room.on('entries', ({ entries }) => void happened.push(...entries.map(entry => entry.text)));
  room.on('rewound', ({ seq }) => void happened.push(`rewound to ${seq}`));
  await room.post('one').done;
  const backup = join(chatd.folder, 'backup.db');
  const admin = await client(t, `unix:${chatd.data}/admin.sock`, { login: { kind: 'admin' } });
  await admin.request(frames.backup, { path: backup });
  await room.post('two').done;
  await room.post('three').done;
  await chatd.stop();
  chatd.restore(backup);
  await chatd.startAgain();
  ada.reconnectNow();
  await ada.online();
  await room.post('four').done;
  await eventually(() => happened.includes('four'), () => `for the post: ${happened}`);
  assert.deepEqual(happened, ['one', 'two', 'three', 'rewound to 1', 'four']);
  assert.equal(room.cursor.seq, 2);
  // A cursor of before is taken, too.
  const bob = await client(t, chatd.address, 'bob');
  const again = await bob.join('lobby', { from: { seq: 3, epoch: room.info.epoch - 1 } });
  const events = again.events();
  assert.equal((await events.next()).value?.type, 'rewound');
});

test('A request that was under way when the connection broke is sent again only if that is safe', { timeout: 30_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.open('tea', true);
  chatd.signal('SIGSTOP');
  const history = room.history();
  const change = room.change({ topic: 'green' });
  const refused = assert.rejects(change, { outcome: 'unknown', mayRetry: false });
  await new Promise(resolve => setImmediate(resolve));
  await chatd.kill();
  await refused;
  await chatd.startAgain();
  ada.reconnectNow();
  assert.equal((await history).head, 0);
});
