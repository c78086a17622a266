import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { oneTry } from '../kit/oneTry.ts';
import { Proxy } from '../kit/proxy.ts';
import { Terminal } from '../kit/terminal.ts';

/** What a browser says by itself where nobody answers. */
const unreachable = /WebSocket connection to|Failed to load resource/;

test('What is written while the server is gone is sent once when it is back', { ...oneTry, timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('before');
  await page.shows('before');
  await chatd.kill();
  await page.isOffline();
  await page.say('meanwhile');
  await page.say('and one more');
  assert.equal(await page.stateOf('meanwhile'), 'waiting');
  await chatd.startAgain();

  await page.isOnline();
  await page.stored('and one more');
  assert.deepEqual(await page.texts(), ['before', 'meanwhile', 'and one more']);
  assert.deepEqual(await chatd.texts('lobby'), ['before', 'meanwhile', 'and one more']);
});

test('What is written before the page is reloaded without a server is sent once', { ...oneTry, timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enterBy(user, proxy.port, 'bob');
  proxy.cut();
  await page.isOffline();
  await page.say('kept');
  assert.equal(await page.stateOf('kept'), 'waiting');
  proxy.mend();
  await page.tab.reload();

  await page.shows('kept');
  await eventually(async () => (await chatd.texts('lobby')).length > 0, () => 'for the message in the room');
  await page.say('the next');
  await page.shows('the next');
  await page.stored('the next');
  assert.deepEqual(await chatd.texts('lobby'), ['kept', 'the next']);
  assert.deepEqual(await page.texts(), ['kept', 'the next']);
});

test('What is sent right before the page is reloaded is said once, and is no draft', { ...oneTry, timeout: 120_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const said = Array.from({ length: 8 }, (_, i) => `right before ${i}`);
  for (const text of said) {
    await page.say(text);
    await page.tab.reload();
    await page.shows(text);
    await eventually(async () => (await page.composer.inputValue()) === '', () => `for '${text}' not to be in the composer`);
  }
  await page.isOnline();
  await page.say('the end');
  await page.stored('the end');
  assert.deepEqual(await chatd.texts('lobby'), [...said, 'the end']);
});

test('A page whose server is gone while it loads says so, and is there once the server is back', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  for (const lost of [/assets\/en-/, /assets\/index-.*js/]) {
    const tab = await user.tab();
    await tab.route(lost, async (route) => {
      // The blocking script has run by then, which is the one that tries again.
      await tab.waitForFunction(() => document.documentElement.dataset['theme']);
      proxy.cut();
      await route.continue();
    });
    await tab.goto(`http://127.0.0.1:${proxy.port}/`);
    await tab.getByText('The server cannot be reached').waitFor();
    await tab.getByText('无法连接服务器').waitFor();
    await tab.unrouteAll();
    proxy.mend();

    await tab.locator('input[name=name]').waitFor();
    assert.equal(await tab.getByText('The server cannot be reached').isVisible(), false);
  }
});

test('A part of the script that did not come is asked for again with the next connection', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  let left = 3;
  await page.tab.route(/assets\/rest-/, (route) => (left-- > 0 ? route.abort() : route.continue()));
  await page.tab.reload();

  await page.say('there all the same');
  await page.stored('there all the same');
  assert.ok(left < 0, `${left} tries are left`);
});

test('What is written after a change of name is sent once, also by the page loaded again', { ...oneTry, timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enterBy(user, proxy.port, 'bob');
  await page.say('/nick robert');
  await page.tab.locator('.self').getByText('robert').waitFor();
  proxy.cut();
  await page.isOffline();
  await page.say('by robert');
  assert.equal(await page.stateOf('by robert'), 'waiting');
  proxy.mend();
  await page.tab.reload();

  await page.isOnline();
  await eventually(async () => (await chatd.texts('lobby')).includes('by robert'), () => 'for the message in the room');
  await page.say('the next');
  await page.stored('the next');
  assert.deepEqual(await chatd.texts('lobby'), ['by robert', 'the next']);
});

test('Each message is there once and in order, however often the wire is cut while they are sent', { ...oneTry, timeout: 120_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enterBy(user, proxy.port, 'bob');
  const said = Array.from({ length: 30 }, (_, i) => `message ${i}.`);
  for (const [i, text] of said.entries()) {
    await page.say(text);
    if (i % 5 !== 4) continue;
    proxy.cut(); // Before, at or behind the answer, as it happens.
    proxy.mend();
    await page.probe();
  }

  await page.stored('message 29.', 30_000);
  assert.deepEqual(await chatd.texts('lobby'), said);
  assert.deepEqual(await page.texts(), said);
});

test('A connection that says nothing any more is found out when the tab is looked at again', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enterBy(user, proxy.port, 'bob');
  proxy.stall();
  await page.probe();

  await page.isOffline();
  await page.say('into the silence');
  proxy.cut();
  proxy.mend();
  await page.probe();
  await page.isOnline();
  await page.stored('into the silence');
  assert.deepEqual(await chatd.texts('lobby'), ['into the silence']);
});

test('A tab that was frozen shows what was said meanwhile', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  const devtools = await user.context.newCDPSession(page.tab);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await ann.say('while you slept');
  await ann.shows('ann» while you slept');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });

  await page.shows('while you slept');
  await page.say('awake');
  await ann.shows('bob: awake');
});

test('Who goes back to the page finds it as it was, and connected', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('before');
  await page.shows('before');
  await page.tab.goto('about:blank');
  await ann.say('while you were away');
  await ann.shows('ann» while you were away');
  await page.tab.goBack({ waitUntil: 'commit' });

  await page.shows('while you were away');
  await page.say('back');
  await ann.shows('bob: back');
  assert.deepEqual(await page.texts(), ['before', 'while you were away', 'back']);
});

test('A WebSocket that is blocked is told in a sentence, and nothing is lost', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [unreachable] });
  await user.context.routeWebSocket(/\/ws$/, (socket) => socket.close({ code: 3000 }));
  const page = await ChatPage.open(user, chatd);
  await page.beginLogIn('bob');

  await page.tab.getByText(/WebSocket|blocked|cannot (be )?reach|cannot connect|no connection/i).first().waitFor();
});

test('A browser without WebSocket is told what it lacks', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  await user.context.addInitScript(() => Reflect.deleteProperty(window, 'WebSocket'));
  const page = await ChatPage.open(user, chatd);

  await page.tab.getByText(/browser/i).first().waitFor();
});

test('A room of a server that was restored from a backup is shown as it is now', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [unreachable] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('kept');
  await page.shows('kept');
  await page.stored('kept');
  await chatd.chatctl('backup', `${chatd.folder}/backup`);
  await page.say('lost with the disk');
  await page.stored('lost with the disk');
  await chatd.kill();
  chatd.restore(`${chatd.folder}/backup`);
  await chatd.startAgain();

  await page.isOnline();
  await page.say('afterwards');
  await page.shows('afterwards');
  await eventually(async () => (await chatd.texts('lobby')).includes('afterwards'), () => 'for the message in the room');
  assert.deepEqual(await page.texts(), await chatd.texts('lobby'));
});
