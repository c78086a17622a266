import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { oneTry } from '../kit/oneTry.ts';
import { Proxy } from '../kit/proxy.ts';
import { Terminal } from '../kit/terminal.ts';

const unreachable = /WebSocket connection to|Failed to load resource/;

test('Two tabs of one user talk beside each other, and each shows everything once', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const one = await ChatPage.enter(user, chatd, 'bob');
  // A copy of the first, with all that a tab hands on to one that it opens.
  const [copied] = await Promise.all([user.context.waitForEvent('page'), one.tab.evaluate(() => void window.open(location.href))]);
  const other = new ChatPage(copied);
  await other.composer.waitFor();

  for (let i = 0; i < 3; i++) {
    await one.say(`from the one ${i}`);
    await other.shows(`from the one ${i}`);
    await other.say(`from the other ${i}`);
    await one.shows(`from the other ${i}`);
  }
  assert.deepEqual(await one.texts(), await chatd.texts('lobby'));
  assert.deepEqual(await other.texts(), await chatd.texts('lobby'));
});

test('Two tabs of one user send what they have once when the server is back', { ...oneTry, timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [unreachable] });
  const one = await ChatPage.enter(user, chatd, 'bob');
  const other = await ChatPage.open(user, chatd);
  // Until the room is joined nothing can be said in it, with or without a server.
  await other.timeline.waitFor();
  await chatd.kill();
  await Promise.all([one.isOffline(), other.isOffline()]);
  await one.say('the one');
  await other.say('the other');
  await chatd.startAgain();

  await one.shows('the other');
  await other.shows('the one');
  assert.deepEqual((await chatd.texts('lobby')).sort(), ['the one', 'the other']);
  assert.deepEqual((await one.texts()).sort(), ['the one', 'the other']);
});

test('What a tab had not sent when it was closed is sent once by another', { ...oneTry, timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  const one = await ChatPage.enterBy(user, proxy.port, 'bob');
  proxy.cut();
  await one.isOffline();
  await one.say('left behind');
  assert.equal(await one.stateOf('left behind'), 'waiting');
  await one.tab.close();
  proxy.mend();

  const other = new ChatPage(await user.tab());
  await other.tab.goto(`http://127.0.0.1:${proxy.port}/`);
  await eventually(async () => (await chatd.texts('lobby')).includes('left behind'), () => other.tab.content(), 20_000);
  await other.say('and on');
  await other.shows('and on');
  assert.deepEqual(await chatd.texts('lobby'), ['left behind', 'and on']);
});

test('What is read in one tab is read in the other', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const one = await ChatPage.enter(user, chatd, 'bob');
  await one.goTo('ops');
  const other = await ChatPage.open(user, chatd, '#/ops');
  await other.composer.waitFor();
  await other.isOnline();
  await ann.say('news');
  await one.unread('lobby', 1);
  await other.unread('lobby', 1);
  await one.tab.bringToFront();
  await one.goTo('lobby');
  await one.shows('news');

  await other.unread('lobby', 0);
});

/** Runs in the page, before its scripts. */
function forbidStorage(): void {
  const forbidden = (): never => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  Object.defineProperty(window, 'localStorage', { get: forbidden });
  Object.defineProperty(window, 'sessionStorage', { get: forbidden });
  Object.defineProperty(window, 'indexedDB', { get: forbidden });
}

function fillStorage(): void {
  const full = (): never => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  Storage.prototype.setItem = full;
  IDBObjectStore.prototype.put = full;
  IDBObjectStore.prototype.add = full;
}

function hangStorage(): void {
  // As in the private mode of some browsers: a request that nobody answers.
  IDBFactory.prototype.open = () => ({ addEventListener() {} }) as unknown as IDBOpenDBRequest;
}

for (const [state, change] of [['forbidden', forbidStorage], ['full', fillStorage], ['without an answer', hangStorage]] as const) {
  test(`Where storage is ${state} one can talk all the same, and is told`, { timeout: 60_000 }, async () => {
    await using chatd = await Chatd.start();
    await using ann = await Terminal.start(chatd, 'ann');
    await using user = await User.start();
    await user.context.addInitScript(change);
    const page = await ChatPage.enter(user, chatd, 'bob');
    await page.say('all the same');

    await ann.shows('bob: all the same');
    await ann.say('good');
    await page.shows('good');
    await page.tab.getByText(/storage|store|keeps nothing|not kept/i).first().waitFor();
  });
}
