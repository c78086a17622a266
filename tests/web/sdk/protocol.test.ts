import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ChatClient, frames, type ChatClientOptions, type Entry, type RoomEvent } from '../../../src/chatprotocol-js/src/node.ts';
import { eventually } from '../kit/eventually.ts';
import { lobby, said, Scripted, type Peer } from '../kit/scripted.ts';
import { guest } from '../kit/sdk.ts';

const secret = Uint8Array.from({ length: 32 }, (_, i) => i);

async function begin(t: TestContext, server: Scripted, options: Partial<ChatClientOptions> = {}, window: number | null = null): Promise<{ client: ChatClient; peer: Peer; login: Record<string, unknown> }> {
  const client = ChatClient.start({ address: server.address, login: { ...guest('ada'), secret }, ...options });
  t.after(() => client.close());
  const peer = await server.connection();
  const login = await peer.welcome(window);
  await client.online();
  return { client, peer, login };
}

async function join(t: TestContext, server: Scripted, window: number | null = null) {
  const all = await begin(t, server, {}, window);
  const [room] = await Promise.all([all.client.join('lobby'), all.peer.joined()]);
  const events: RoomEvent[] = [];
  return { ...all, room, events };
}

test('A guest is known by the HMAC of the server by its secret, and the publisher is random', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const one = ChatClient.start({ address: server.address, login: { ...guest('ada'), secret } });
  t.after(() => one.close());
  const peer = await server.connection();
  const { id } = await peer.next('hello');
  const known = new Uint8Array(Buffer.from('5e1f0c9d2ab84763911fd0a7c3e86b24', 'hex'));
  peer.send([frames.welcome, { id, major: 1, minor: 1, capabilities: [], server: known, agent: 'scripted', limits: {}, durability: 2, time: 0 }]);
  const login = await peer.next('login');
  // The example of spec/03-session.md.
  assert.equal(Buffer.from(login['secret'] as Uint8Array).toString('hex'), '7d719672384377c312209dbffa416b8609ce7d64b0863573d7446bac13bb8bfc');
  assert.equal((login['publisher'] as Uint8Array).length, 16);
  assert.equal(login['inbox'], true);
  assert.equal(login['window'], 262_144);
});

test('A server of the minor version 0 is refused for good', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const client = ChatClient.start({ address: server.address, login: guest('ada') });
  t.after(() => client.close());
  const peer = await server.connection();
  const { id } = await peer.next('hello');
  peer.send([frames.welcome, { id, major: 1, minor: 0, capabilities: [], server: new Uint8Array(16), agent: 'old', limits: {}, durability: 2, time: 0 }]);
  await client.closed;
  assert.equal(client.error?.failure, 'unsupported-version');
});

test('Entries of kinds that nobody knows yet have their places; those with an even code have their text', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const entries: Entry[] = [];
  room.on('entries', event => void entries.push(...event.entries));
  peer.send(said(1));
  // [134, 1, 2, 1002, 17, "bob", "a poll"], and [139, 1, 3, 1003, 17, "bob", 42, {"a": 1}].
  peer.raw('0000001497cc860102cd03ea11a3626f62a66120706f6c6c');
  peer.raw('0000001298cc8b0103cd03eb11a3626f622a81a16101');
  peer.send(said(4));
  await eventually(() => entries.length === 4, () => `for four entries: ${JSON.stringify(entries)} ${room.joined}`);
  assert.deepEqual(entries.map(entry => [entry.kind, entry.seq, entry.said, entry.text]), [
    ['message', 1, true, 'text 1'], ['unknown', 2, true, 'a poll'], ['unknown', 3, false, ''], ['message', 4, true, 'text 4']]);
  assert.equal(room.cursor.seq, 4);
});

test('A gap moves the cursor, a hole in the log ends the connection, and the room goes on behind what it has', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  const told: unknown[] = [];
  room.on('entries', event => void told.push(...event.entries.map(entry => entry.seq)));
  room.on('gap', ({ gap }) => void told.push([gap.first, gap.last, gap.why]));
  peer.send(said(1), [frames.gap, { room: 1, first: 2, last: 5, why: 9 }], said(6));
  await eventually(() => told.length === 3, () => `for the gap: ${told}`);
  assert.deepEqual(told, [1, [2, 5, 'unknown'], 6]);
  peer.send(said(8));
  await client.closed;
  assert.equal(client.error?.failure, 'broken-protocol');
});

test('Frames that nobody knows are passed over if they are odd, and end the connection if they are even', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer } = await begin(t, server);
  peer.raw('0000000b937fa56c61746572920102');
  peer.send([frames.ping, { id: 77 }]);
  assert.equal((await peer.next('pong'))['id'], 77);
  peer.raw('00000003927e05');
  await client.closed;
  assert.equal(client.error?.failure, 'broken-protocol');
});

test('A frame longer than 4,096 bytes ends the connection before the login, and not behind it', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const entries: Entry[] = [];
  room.on('entries', event => void entries.push(...event.entries));
  peer.send(said(1, 'x'.repeat(60_000)));
  await eventually(() => entries.length === 1, () => 'for the long entry');
  const early = ChatClient.start({ address: server.address, login: guest('bob') });
  t.after(() => early.close());
  const second = await server.connection();
  await second.next('hello');
  second.raw('00001001');
  await early.closed;
  assert.equal(early.error?.failure, 'broken-protocol');
});

test('Credit is told by half windows once the listener is done, and for each membership from 0', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server, 1000);
  let release = () => {};
  const stored = new Promise<void>(resolve => release = resolve);
  let seen = 0;
  room.on('entries', event => {
    seen += event.entries.length;
    return stored;
  });
  const entry = said(1, 'x'.repeat(600));
  peer.send(entry);
  await eventually(() => seen === 1, () => 'for the entry');
  peer.send([frames.ping, { id: 1 }]);
  await peer.next('pong');
  release();
  const first = await peer.next('taken');
  assert.ok(Number(first['bytes']) > 600 && Number(first['bytes']) < 640);
  peer.socket.destroy();
  client.reconnectNow();
  const next = await server.connection();
  await next.welcome(1000);
  const again = await next.joined(1, 1);
  assert.deepEqual([again['after'], again['epoch']], [1, 7]);
  next.send(said(2, 'x'.repeat(600)));
  assert.equal((await next.next('taken'))['bytes'], first['bytes']);
});

test('Without credit nothing is told as taken', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server, null);
  let seen = 0;
  room.on('entries', event => void (seen += event.entries.length));
  peer.send(said(1, 'x'.repeat(60_000)), [frames.ping, { id: 5 }]);
  await peer.next('pong');
  await eventually(() => seen === 1, () => 'for the entry');
});

test('Posts that are not answered when the connection breaks are repeated as they were, before the room is joined again', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room, login } = await join(t, server);
  const entries: Entry[] = [];
  room.on('entries', event => void entries.push(...event.entries));
  const posts = [room.post('one'), room.post('two')];
  assert.equal((await peer.next('post'))['counter'], 1);
  assert.equal((await peer.next('post'))['counter'], 2);
  peer.socket.destroy();
  await eventually(() => posts[0]!.state === 'queued', () => 'for the end');
  assert.equal(posts[0]!.error?.outcome, 'unknown');
  posts.push(room.post('three'));
  client.reconnectNow();
  const next = await server.connection();
  assert.deepEqual((await next.welcome())['publisher'], login['publisher']);
  const open = await next.next('open');
  next.send([frames.roomInfo, { ...lobby, id: open['id'], cursor: 0, head: 1 }]);
  for (const [i, text] of ['one', 'two', 'three'].entries()) {
    const { id, counter, text: posted } = await next.next('post');
    assert.deepEqual([counter, posted], [i + 1, text]);
    next.send([frames.posted, { id, seq: i + 1, time: 1000 }]);
  }
  await next.joined(0, 3);
  next.send(said(1, 'one', 16), said(2, 'two', 16), said(3, 'three', 16));
  await eventually(() => entries.length === 3, () => `for the entries: ${entries.length}`);
  assert.deepEqual(entries.map(entry => entry.post), posts);
});

test('Posts that are out of order because one before them was refused are sent again in their order', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const posts = ['one', 'two', 'three'].map(text => room.post(text));
  const ids: unknown[] = [];
  for (const _ of posts)
    ids.push((await peer.next('post'))['id']);
  peer.send(
    [frames.error, { id: ids[0], code: 312, text: 'muted' }],
    [frames.error, { id: ids[1], code: 600, text: 'out of order', value: 1 }],
    [frames.error, { id: ids[2], code: 600, text: 'out of order', value: 1 }]);
  await assert.rejects(posts[0]!.done, { code: 'muted' });
  for (const [counter, text] of [[1, 'two'], [2, 'three']] as const) {
    const post = await peer.next('post');
    assert.deepEqual([post['counter'], post['text']], [counter, text]);
    peer.send([frames.posted, { id: post['id'], seq: counter, time: 1000 }]);
  }
  await Promise.all(posts.slice(1).map(post => post.done));
});

test('A post that is refused for a while is sent again after that while, before those behind it', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const posts = ['one', 'two'].map(text => room.post(text));
  const ids = [(await peer.next('post'))['id'], (await peer.next('post'))['id']];
  const began = performance.now();
  peer.send([frames.error, { id: ids[0], code: 404, text: 'slowly', retryAfter: 200 }], [frames.error, { id: ids[1], code: 600, text: 'out of order', value: 1 }]);
  await eventually(() => posts[0]!.error?.code === 'rate-limited', () => 'for the refusal');
  assert.equal(posts[0]!.state, 'queued');
  for (const [counter, text] of [[1, 'one'], [2, 'two']] as const) {
    const post = await peer.next('post');
    assert.deepEqual([post['counter'], post['text']], [counter, text]);
    peer.send([frames.posted, { id: post['id'], seq: counter, time: 1000 }]);
  }
  assert.ok(performance.now() - began >= 190);
  await Promise.all(posts.map(post => post.done));
});

test('A publisher that the server has forgotten: what may be stored is refused, what was not begins at 1', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  const first = room.post('stored');
  const { id } = await peer.next('post');
  peer.send([frames.posted, { id, seq: 1, time: 1000 }]);
  await first.done;
  const unknown = room.post('perhaps stored');
  assert.equal((await peer.next('post'))['counter'], 2);
  peer.socket.destroy();
  await eventually(() => unknown.state === 'queued', () => 'for the end');
  const fresh = room.post('never sent');
  client.reconnectNow();
  const next = await server.connection();
  await next.welcome();
  const open = await next.next('open');
  next.send([frames.roomInfo, { ...lobby, id: open['id'], cursor: 0, head: 1 }]);
  const ids = [(await next.next('post'))['id'], (await next.next('post'))['id']];
  next.send(...ids.map(id => [frames.error, { id, code: 603, text: 'forgotten' }] as [typeof frames.error, object]));
  await assert.rejects(unknown.done, { code: 'publisher-forgotten' });
  await next.joined(0, 1);
  const again = await next.next('post');
  assert.deepEqual([again['counter'], again['text']], [1, 'never sent']);
  next.send([frames.posted, { id: again['id'], seq: 2, time: 1000 }]);
  assert.equal((await fresh.done).seq, 2);
});

test('No quit is said while a post is unanswered, and one is otherwise', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  const sent = room.post('one');
  await peer.next('post');
  await client.close();
  await assert.rejects(sent.done, { failure: 'closed', outcome: 'unknown' });
  await eventually(() => peer.socket.readableEnded || peer.socket.destroyed, () => 'for the end');
  assert.deepEqual(peer.got.map(got => got.name), ['hello', 'login', 'join', 'post']);
  const second = await begin(t, server);
  const closing = second.client.close();
  const { id } = await second.peer.next('quit');
  second.peer.send([frames.ok, { id }]);
  await closing;
  assert.equal(second.client.error?.failure, 'closed');
});

test('A page has its entries and its gaps, and anything between them ends the connection', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  const history = room.history({ limit: 10 });
  const asked = await peer.next('history');
  peer.send([frames.page, { id: asked['id'], room: 1, epoch: 7, count: 2, head: 9, more: true, gaps: 1 }], said(3), said(9), [frames.gap, { room: 1, first: 4, last: 8, why: 0 }]);
  const page = await history;
  assert.deepEqual([page.first, page.last, page.more, page.head, page.gaps[0]?.why], [3, 9, true, 9, 'damaged']);
  assert.equal(room.head, 9);
  const broken = room.history();
  const again = await peer.next('history');
  peer.send([frames.page, { id: again['id'], room: 1, epoch: 7, count: 2, head: 9, more: false }], said(1), [frames.presence, { room: 1, count: 1, arrived: [], left: [] }]);
  await assert.rejects(broken, { failure: 'broken-protocol' });
  assert.equal(client.state, 'closed');
});

test('A room that cannot be joined again just now is joined again later, and one that is refused ends', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  const told: unknown[] = [];
  room.on('entries', event => void told.push(...event.entries.map(entry => entry.seq)));
  room.on('ended', ({ why, error }) => void told.push(why, error?.code));
  peer.socket.destroy();
  await eventually(() => client.state !== 'online', () => 'for the end');
  client.reconnectNow();
  const next = await server.connection();
  await next.welcome();
  const first = await next.next('join');
  next.send([frames.error, { id: first['id'], code: 404, text: 'slowly', retryAfter: 50 }]);
  await next.joined(0, 1);
  next.send(said(1));
  await eventually(() => told.length === 1, () => `for the entry: ${told}`);
  next.socket.destroy();
  await eventually(() => client.state !== 'online', () => 'for the end');
  client.reconnectNow();
  const last = await server.connection();
  await last.welcome();
  const again = await last.next('join');
  assert.equal(again['after'], 1);
  last.send([frames.error, { id: again['id'], code: 301, text: 'no such room' }]);
  await eventually(() => told.length === 3, () => `for the end: ${told}`);
  assert.deepEqual(told, [1, 'refused', 'no-such-room']);
});

test('A private room in which something is said before it is joined again goes on at its cursor', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer } = await begin(t, server);
  const told: number[] = [];
  client.on('entries', ({ entries }) => void told.push(...entries.map(entry => entry.seq)));
  const room = { room: 5, peer: 17, name: 'bob', epoch: 7, first: 1 };
  const entry = (seq: number): [typeof frames.message, object] => [frames.message, { room: 5, seq, time: 1000, from: 17, name: 'bob', text: `text ${seq}` }];
  peer.send([frames.privateRoom, { ...room, cursor: 0 }], entry(1));
  await eventually(() => told.length === 1, () => 'for the first entry');
  peer.socket.destroy();
  await eventually(() => client.state !== 'online', () => 'for the end');
  client.reconnectNow();
  const next = await server.connection();
  await next.welcome();
  next.send([frames.privateRoom, { ...room, cursor: 3 }], entry(4));
  const list = await next.next('rooms');
  next.send([frames.roomList, { id: list['id'], rooms: [{ room: 5, kind: 1, name: 'bob', head: 4, members: 1, time: 1 }], more: false }]);
  const info = { ...room, kind: 1, head: 4 };
  const open = await next.next('open');
  next.send([frames.roomInfo, { ...info, id: open['id'], cursor: 4 }]);
  const join = await next.next('join');
  next.send([frames.error, { id: join['id'], code: 304, text: 'joined already' }]);
  const leave = await next.next('leave');
  assert.equal(leave['room'], 5);
  next.send([frames.ok, { id: leave['id'] }]);
  const again = await next.next('join');
  assert.deepEqual([again['name'], again['after']], ['@bob', 1]);
  next.send([frames.roomInfo, { ...info, id: again['id'], cursor: 1 }], entry(2), entry(3), entry(4));
  await eventually(() => told.length === 4, () => `for the others: ${told} ${client.error}`);
  assert.deepEqual(told, [1, 2, 3, 4]);
});
