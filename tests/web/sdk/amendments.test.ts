import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ChatClient, ChatError, frames, type Entry, type Message } from '../../../src/chatprotocol-js/src/node.ts';
import { eventually } from '../kit/eventually.ts';
import { lobby, said, Scripted } from '../kit/scripted.ts';
import { guest } from '../kit/sdk.ts';

async function join(t: TestContext, server: Scripted, capabilities = ['post-keys', 'post-details']) {
  const client = ChatClient.start({ address: server.address, login: guest('ada') });
  t.after(() => client.close());
  const peer = await server.connection();
  await peer.welcome(null, {}, capabilities);
  const [room] = await Promise.all([client.join('lobby'), peer.joined()]);
  return { client, peer, room };
}

const entry = (seq: number) => ({ room: 1, seq, time: 1000 + seq, from: 17, name: 'bob' });

test('A page tells its messages as they are by now, what is erased stays so, and what comes behind it is no part of it (CP-AMD-020)', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const asked = room.history();
  const { id } = await peer.next('history');
  const amended = { room: 1, through: 6, text: null, edited: null, reactions: [] };
  peer.send(
    [frames.page, { id, room: 1, epoch: 7, count: 4, head: 6, more: false, gaps: 1, amended: 2 }],
    said(1, 'first'), [frames.edited, { ...entry(2), target: 1, text: 'second' }], said(3, ''), said(6), [frames.gap, { room: 1, first: 4, last: 5, why: 1 }],
    [frames.amended, { ...amended, seq: 1, text: 'second', edited: 1002, pinned: true, reactions: [{ reaction: '👍', count: 2, own: true }] }],
    [frames.amended, { ...amended, seq: 3, text: 'never' }],
    said(1, 'behind it'));
  const page = await asked;
  const [first, edit, erased, plain] = page.entries as [Message, Entry, Message, Message];
  assert.deepEqual([first.text, first.edited, first.pinned, first.reactions, first.amended],
    ['second', 1002, true, [{ reaction: '👍', count: 2, own: true }], { through: 6, text: 'first' }]);
  assert.deepEqual([edit.kind, edit.said, edit.text], ['edited', false, 'second']);
  assert.deepEqual([erased.text, erased.edited, plain.text, plain.pinned, page.gaps.length], ['', undefined, 'text 6', undefined, 1]);
  const messages = room.messages();
  messages.addPage(page);
  assert.equal(messages.find(1)!.text, 'second');
  room.on('entries', () => {});
  await eventually(() => room.cursor.seq === 1, () => 'for the entry behind the page');
});

test('Edits, retractions, reactions and pins come as entries that show nothing by themselves, and move the cursor', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const entries: Entry[] = [];
  room.on('entries', event => void entries.push(...event.entries));
  peer.send(
    said(1),
    [frames.edited, { ...entry(2), target: 1, text: 'other' }],
    [frames.reacted, { ...entry(3), target: 1, reactions: [{ reaction: 'x', count: 1 }], changes: [{ principal: 17, name: 'bob', reaction: 'x', on: true }] }],
    [frames.pinned, { ...entry(4), target: 1, on: true }],
    [frames.retracted, { ...entry(5), target: 1 }]);
  await eventually(() => entries.length === 5, () => `for the entries: ${entries.length}`);
  assert.deepEqual(entries.map(({ kind, said }) => [kind, said]),
    [['message', true], ['edited', false], ['reacted', false], ['pinned', false], ['retracted', false]]);
  assert.equal(room.cursor.seq, 5);
});

test('A text that waits to be taken is gone with a retraction (CP-AMD-009)', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { client, peer, room } = await join(t, server);
  peer.send(said(1, 'secret'), [frames.edited, { ...entry(2), target: 1, text: 'secret, too' }], said(3), [frames.retracted, { ...entry(4), target: 1 }]);
  await client.probe().catch(() => undefined);
  await eventually(() => room.head === 4, () => 'for the entries');
  const texts: string[] = [];
  room.on('entries', event => void texts.push(...event.entries.map(one => one.text)));
  await eventually(() => texts.length === 4, () => `for the entries: ${texts.length}`);
  assert.deepEqual(texts, ['', '', 'text 3', '']);
});

test('A post says what it answers, its thread and that it is an action, and is repeated with the same (CP-MSG-020)', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const post = room.post('waves', { reply: 3, thread: 2, action: true });
  const details = { text: 'waves', counter: 1, reply: 3, thread: 2, action: true };
  const first = await peer.next('post');
  assert.deepEqual({ ...first, ...details }, first);
  peer.socket.destroy();
  const again = await server.connection();
  await again.welcome(null, {}, ['post-keys', 'post-details']);
  // Posts that may be stored go before the entries come again.
  const open = await again.next('open');
  again.send([frames.roomInfo, { ...lobby, id: open['id'], cursor: 0, head: 0 }]);
  const second = await again.next('post');
  assert.deepEqual({ ...second, ...details }, second);
  again.send([frames.posted, { id: second['id'], seq: 4, time: 9 }]);
  assert.equal((await post.done).seq, 4);
  assert.throws(() => room.post('x', { reply: 0 }), RangeError);
});

test('A server that does not know the details of posts is sent none (CP-MSG-019)', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server, ['post-keys']);
  await assert.rejects(room.post('waves', { action: true }).done, { failure: 'unsupported-version' });
  const post = room.post('plain');
  const { id, text } = await peer.next('post');
  assert.equal(text, 'plain');
  peer.send([frames.posted, { id, seq: 1, time: 9 }]);
  await post.done;
});

test('Amendments are asked for again on another connection, and a retraction that was carried out is one', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const all = Promise.all([room.retract(1), room.edit(2, 'other'), room.react(2, '👍', false), room.pin(2)]);
  for (const name of ['retract', 'edit', 'react', 'pin'])
    await peer.next(name);
  peer.socket.destroy();
  const again = await server.connection();
  await again.welcome();
  await again.joined();
  const retract = await again.next('retract');
  again.send([frames.error, { id: retract['id'], code: 306, text: 'there is none' }]);
  for (const [name, fields] of [['edit', { text: 'other' }], ['react', { reaction: '👍', on: false }], ['pin', { on: true }]] as const) {
    const asked = await again.next(name);
    assert.deepEqual({ ...asked, seq: 2, ...fields }, asked);
    again.send([frames.posted, { id: asked['id'], seq: null, time: null }]);
  }
  assert.deepEqual(await all, [null, null, null, null]);
  const refused = room.retract(1);
  again.send([frames.error, { id: (await again.next('retract'))['id'], code: 306, text: 'there is none' }]);
  await assert.rejects(refused, ChatError);
});

test('Pins, threads and reactions are listed, whatever pages they come in (CP-AMD-014, CP-AMD-017, CP-AMD-022)', { timeout: 10_000 }, async t => {
  await using server = await Scripted.start();
  const { peer, room } = await join(t, server);
  const pins = room.pins();
  peer.send([frames.seqList, { id: (await peer.next('pins'))['id'], seqs: [{ seq: 3 }, { seq: 8 }], more: false }]);
  assert.deepEqual(await pins, [3, 8]);
  const thread = room.thread(3);
  peer.send([frames.seqList, { id: (await peer.next('thread-messages'))['id'], seqs: [{ seq: 4 }], more: true }]);
  const next = await peer.next('thread-messages');
  assert.equal(next['after'], 4);
  peer.send([frames.seqList, { id: next['id'], seqs: [{ seq: 9 }], more: false }]);
  assert.deepEqual(await thread, [4, 9]);
  const reactions = room.reactions(3);
  const bob = { principal: 17, name: 'bob', reaction: '👍' };
  peer.send([frames.reactionList, { id: (await peer.next('reactions'))['id'], reactions: [bob], more: false }]);
  assert.deepEqual(await reactions, [bob]);
});
