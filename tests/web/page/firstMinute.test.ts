import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { Terminal } from '../kit/terminal.ts';
import { TextClient } from '../kit/textClient.ts';

test('Somebody opens the page, types a name, and talks with a terminal and a plain text client', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using python = new TextClient(chatd);
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, '李雷');

  await page.say('大家好 👋');
  await ann.shows('李雷: 大家好 👋');
  await python.shows('李雷: 大家好 [U+1F44B]');

  python.say('你好，李雷');
  await page.shows('你好，李雷');
  await ann.say('welcome, 李雷');
  await page.shows('welcome, 李雷');
  await python.shows('ann: welcome, 李雷');

  assert.deepEqual(await page.texts(), ['大家好 👋', '你好，李雷', 'welcome, 李雷']);
  assert.deepEqual(await chatd.texts('lobby'), ['大家好 👋', '你好，李雷', 'welcome, 李雷']);
});

test('Who comes back to the page is who they were, without a question', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('before');
  await page.tab.reload();

  await page.shows('before');
  await page.say('after');
  await ann.shows('bob: after');
});

test('A private conversation reaches the one, and nobody else', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using dora = await Terminal.start(chatd, 'dora');
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.goTo('@ann');
  await page.say('psst, a secret');

  await ann.shows('bob: psst, a secret');
  await ann.say('/msg bob I hear you');
  await page.shows('I hear you');
  await dora.say('I hear nothing');
  await dora.shows('dora» I hear nothing');
  assert.doesNotMatch(await dora.screen(), /secret/);
});
