import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { test } from 'node:test';
import { ChatClient, ChatError, frames, type ChatClientOptions, type Entry } from '../../../src/chatprotocol-js/src/node.ts';
import { Chatd } from '../kit/chatd.ts';
import { eventually } from '../kit/eventually.ts';
import { oneTry } from '../kit/oneTry.ts';
import { Proxy } from '../kit/proxy.ts';
import { client, guest, nextEntries } from '../kit/sdk.ts';

for (const kind of ['TCP', 'WebSocket'] as const) {
  const addressOf = (chatd: Chatd) => (kind === 'TCP' ? chatd.address : chatd.webSocket);

  test(`A client joins, posts, and gets its own entry with its post, by ${kind}`, { ...oneTry, timeout: 20_000 }, async t => {
    await using chatd = await Chatd.start();
    const ada = await client(t, addressOf(chatd), 'ada');
    const room = await ada.join('lobby');
    const post = room.post('hello');
    const [entry] = await nextEntries(room, 1);
    assert.equal(entry!.text, 'hello');
    assert.equal(entry!.post, post);
    assert.deepEqual(await post.done, { seq: 1, time: entry!.time });
    assert.equal(post.state, 'stored');
    assert.deepEqual(room.cursor, { seq: 1, epoch: room.info.epoch });
  });

  test(`A long text comes whole, by ${kind}`, { ...oneTry, timeout: 20_000 }, async t => {
    await using chatd = await Chatd.start();
    const ada = await client(t, addressOf(chatd), 'ada');
    const bob = await client(t, addressOf(chatd), 'bob');
    const room = await ada.join('lobby');
    const text = '長い'.repeat(10_000);
    (await bob.open('lobby')).post(text);
    const [entry] = await nextEntries(room, 1);
    assert.equal(entry!.text, text);
    assert.throws(() => room.post('x'.repeat(65_537)), RangeError);
    assert.throws(() => room.post(''), RangeError);
    assert.throws(() => room.post('\ud800'), RangeError);
  });

  test(`A room goes on behind its last entry after the connection was cut, and a post in between is stored once, by ${kind}`, { ...oneTry, timeout: 30_000 }, async t => {
    await using chatd = await Chatd.start();
    await using proxy = await Proxy.start(chatd.port);
    const ada = await client(t, addressOf(chatd).replace(String(chatd.port), String(proxy.port)), 'ada');
    const bob = await client(t, addressOf(chatd), 'bob');
    const room = await ada.join('lobby');
    const entries = collect(room);
    const bobs = await bob.open('lobby');
    await bobs.post('one').done;
    await eventually(() => entries.length === 1, () => 'for the first entry');
    proxy.cut();
    await eventually(() => ada.state !== 'online', () => 'for the end of the connection');
    const post = room.post('two');
    await bobs.post('three').done;
    assert.equal(post.state, 'queued');
    proxy.mend();
    ada.reconnectNow();
    await post.done;
    await eventually(() => entries.length === 3, () => `for three entries: ${entries.map(entry => entry.text)}`);
    assert.deepEqual(entries.map(entry => entry.text), ['one', 'three', 'two']);
    assert.equal(entries[2]!.post, post);
  });

  test(`A connection that hangs is found by a probe and made again, by ${kind}`, { timeout: 30_000 }, async t => {
    await using chatd = await Chatd.start();
    await using proxy = await Proxy.start(chatd.port);
    const ada = await client(t, addressOf(chatd).replace(String(chatd.port), String(proxy.port)), 'ada');
    proxy.stall();
    const probe = ada.probe();
    await eventually(() => ada.state !== 'online', () => 'for the end of the connection');
    await probe;
    proxy.mend();
    await ada.online();
    await ada.probe();
    assert.equal(ada.state, 'online');
  });
}

const collect = (room: { on(type: 'entries', listener: (event: { entries: readonly Entry[] }) => void): () => void }) => {
  const all: Entry[] = [];
  room.on('entries', ({ entries }) => void all.push(...entries));
  return all;
};

test('History comes in pages from both ends', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.open('numbers', true);
  await Promise.all(Array.from({ length: 250 }, (_, i) => room.post(`number ${i + 1}`).done));
  const newest = await room.history();
  assert.equal(newest.entries.length, 100);
  assert.deepEqual([newest.first, newest.last, newest.more, newest.head], [151, 250, true, 250]);
  const below = await room.history({ before: newest.first, limit: 1000 });
  assert.deepEqual([below.first, below.last, below.more], [1, 150, false]);
  const above = await room.history({ after: 240 });
  assert.deepEqual(above.entries.map(entry => entry.text), Array.from({ length: 10 }, (_, i) => `number ${241 + i}`));
});

test('Presence tells who comes, goes and is called otherwise, and members tell who is there', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.join('lobby', { presence: 'all' });
  const told: string[] = [];
  room.on('entries', () => {});
  room.on('presence', ({ arrived, left }) => void told.push(...arrived.map(user => `+${user.name}`), ...left.map(user => `-${user.name}`)));
  const bob = await client(t, chatd.address, 'bob');
  await bob.join('lobby');
  await eventually(() => told.includes('+bob'), () => `for bob: ${told}`);
  await bob.nick('robert');
  await eventually(() => told.includes('+robert'), () => `for robert: ${told}`);
  assert.deepEqual((await room.members()).map(member => member.name).sort(), ['ada', 'robert']);
  await bob.close();
  await eventually(() => told.includes('-robert'), () => `for the leaving: ${told}`);
});

test('A private conversation comes by the inbox, and both post in it', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const bob = await client(t, chatd.address, 'bob');
  const said: string[] = [];
  bob.on('private-room', ({ room }) => {
    room.on('entries', ({ entries }) => {
      said.push(...entries.map(entry => entry.text));
      if (entries.some(entry => entry.text === 'psst'))
        room.post('yes?');
    });
  });
  const room = await ada.join('@bob');
  assert.equal(room.info.kind, 'private');
  assert.equal(room.address, '@bob');
  room.post('psst');
  const entries = await nextEntries(room, 2);
  assert.deepEqual(entries.map(entry => entry.text), ['psst', 'yes?']);
  await eventually(() => said.length === 2, () => `for both: ${said}`);
});

test('Settings, roles and restrictions are kept up to date, and a muted post is refused and can be retried', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const bob = await client(t, chatd.address, 'bob');
  const owned = await ada.join('tea');
  const room = await bob.join('tea');
  room.on('entries', () => {});
  assert.equal(owned.info.role, 3);
  await owned.change({ topic: 'green', moderated: true });
  await eventually(() => room.info.topic === 'green' && room.info.moderated, () => 'for the topic');
  const post = room.post('black');
  await assert.rejects(post.done, { code: 'muted', outcome: 'refused' });
  const behind = [room.post('one'), room.post('two')];
  await Promise.allSettled(behind.map(one => one.done));
  assert.deepEqual(room.posts, [post, ...behind]);
  await ada.request(frames.setRole, { room: owned.id, name: 'bob', role: 1 });
  await eventually(() => room.info.role === 1, () => 'for the role');
  post.retry();
  await eventually(() => post.state === 'stored', () => `for the post: ${post.state} ${post.error}`);
  behind.forEach(one => one.discard());
  assert.deepEqual(room.posts, []);
});

test('Posts go on with their counters in a room that was refused for a while', { ...oneTry, timeout: 30_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const bob = await client(t, chatd.address, 'bob');
  const owned = await ada.join('tea');
  const room = await bob.join('tea');
  const ended = new Promise<string>(resolve => room.on('ended', ({ why }) => resolve(why)));
  room.on('entries', () => {});
  for (const text of ['one', 'two', 'three'])
    await room.post(text).done;
  await owned.restrict('bob', 2);
  assert.equal(await ended, 'expelled');
  await assert.rejects(room.post('while banned').done, { code: 'banned-from-room' });
  bob.suspend();
  bob.reconnectNow();
  await bob.online();
  await owned.restrict('bob', 0);
  const again = await bob.join('tea');
  assert.notEqual((await again.post('four').done).seq, undefined);
  await room.post('five').done;
  const { entries } = await owned.history();
  assert.deepEqual(entries.filter(entry => entry.kind === 'message').map(entry => entry.text), ['one', 'two', 'three', 'four', 'five']);
});

test('Posts behind a refused one are stored in their order', { ...oneTry, timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.open('lobby');
  // A key that was used for another text is refused, and a post with a counter and such a text is not.
  await room.post('first', { key: 'k' }).done;
  const keyed = room.post('other', { key: 'k' });
  const posts = Array.from({ length: 20 }, (_, i) => room.post(`text ${i}`));
  await assert.rejects(keyed.done, { code: 'key-conflict' });
  await Promise.all(posts.map(post => post.done));
  const again = await room.post('first', { key: 'k' }).done;
  assert.equal(again.seq, 1);
  assert.deepEqual((await room.history()).entries.map(entry => entry.text), ['first', ...Array.from({ length: 20 }, (_, i) => `text ${i}`)]);
});

test('A shutdown for good closes the client, and one with a time to come back does not', { timeout: 30_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const admin = await client(t, `unix:${chatd.data}/admin.sock`, { login: { kind: 'admin' } });
  await chatd.stop();
  await eventually(() => ada.state !== 'online', () => 'for the stop');
  assert.notEqual(ada.state, 'closed');
  assert.equal(ada.error?.bye, 'restart');
  await chatd.startAgain();
  await ada.online();
  await admin.online();
  await admin.request(frames.shutdown, { grace: 1000, reason: 'good night' });
  await ada.closed;
  assert.equal(ada.error?.bye, 'shutdown');
  await assert.rejects(ada.rooms(), { bye: 'shutdown' });
});

test('A kicked client is closed, and its rooms end', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.address, 'ada');
  const room = await ada.join('lobby');
  const admin = await client(t, `unix:${chatd.data}/admin.sock`, { login: { kind: 'admin' } });
  await admin.request(frames.kick, { name: 'ada', reason: 'too loud' });
  const events = [];
  for await (const event of room.events())
    events.push(event.type);
  assert.deepEqual(events, ['ended']);
  assert.equal(ada.error?.bye, 'kicked');
});

test('Failures tell what is at the other end', { timeout: 20_000 }, async () => {
  const fails = async (options: Omit<ChatClientOptions, 'login'>, expected: Partial<ChatError>) =>
    assert.rejects(ChatClient.connect({ login: guest('ada'), ...options }), fault => fault instanceof ChatError && Object.entries(expected).every(([key, value]) => fault[key as keyof ChatError] === value) || fail(fault));
  const fail = (fault: unknown): never => { throw fault; };
  await using http = createHttpServer((_, response) => response.end('a page'));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const httpPort = (http.address() as AddressInfo).port;
  await using silent = createServer(socket => void socket.resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const silentPort = (silent.address() as AddressInfo).port;
  await fails({ address: 'chat://127.0.0.1:1' }, { failure: 'unreachable', outcome: 'not-sent', mayRetry: true });
  await fails({ address: 'ws://127.0.0.1:1' }, { failure: 'unreachable' });
  await fails({ address: `ws://127.0.0.1:${httpPort}` }, { failure: 'unreachable' });
  await fails({ address: `chat://127.0.0.1:${httpPort}` }, { failure: 'not-a-chat-server' });
  await fails({ address: `chat://127.0.0.1:${silentPort}`, connectTimeout: 200 }, { failure: 'timed-out' });
  http.closeAllConnections();
  assert.throws(() => ChatClient.start({ address: 'gopher://x', login: guest('ada') }), TypeError);
});

test('A name that another key holds is refused, and so is a password in the clear beyond this machine', { timeout: 20_000 }, async t => {
  await using chatd = await Chatd.start();
  await client(t, chatd.address, 'ada');
  await assert.rejects(ChatClient.connect({ address: chatd.address, login: guest('ada') }), { code: 'name-taken', failure: 'refused' });
  await using proxy = await Proxy.start(chatd.port);
  // A name for this machine that the client cannot know to be it.
  const elsewhere = `chat://0.0.0.0:${proxy.port}`;
  await assert.rejects(ChatClient.connect({ address: elsewhere, login: { kind: 'password', name: 'ada', password: 'correct horse' } }), { code: 'needs-tls' });
});

test('An account is registered, logs in by its password, and a token of it logs in too', { timeout: 30_000 }, async t => {
  await using chatd = await Chatd.start();
  const ada = await client(t, chatd.webSocket, { login: { kind: 'register', name: 'ada', password: 'correct horse' } });
  assert.equal(ada.me?.name, 'ada');
  await ada.close();
  const again = await client(t, chatd.address, { login: { kind: 'password', name: 'ada', password: 'correct horse' } });
  const made = await again.request(frames.createToken, { label: 'bot', scopes: 3, rooms: [] });
  const bot = await client(t, chatd.address, { login: { kind: 'token', token: new TextDecoder().decode(made.secret) } });
  assert.equal(bot.me?.principal, again.me?.principal);
  await assert.rejects(ChatClient.connect({ address: chatd.address, login: { kind: 'password', name: 'ada', password: 'wrong horse' } }), { code: 'login-failed' });
  await again.request(frames.revokeToken, { token: made.token });
  await bot.closed;
  assert.equal(bot.error?.bye, 'signed-out');
});
