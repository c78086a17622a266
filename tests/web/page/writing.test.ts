import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { enterAfterComposing, InputMethod } from '../kit/inputMethod.ts';

test('The Enter that chooses a candidate of an input method sends nothing', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const pinyin = await InputMethod.of(page.tab);
  await page.composer.focus();

  await pinyin.compose('nihao');
  await pinyin.choose('你好');
  assert.equal(await page.composer.inputValue(), '你好');
  await pinyin.compose('shijie');
  await pinyin.choose('世界');
  assert.equal(await page.composer.inputValue(), '你好世界');
  await page.composer.press('Enter');

  await page.shows('你好世界');
  assert.deepEqual(await chatd.texts('lobby'), ['你好世界']);
});

test('The Enter that Safari tells of behind the chosen candidate sends nothing', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const pinyin = await InputMethod.of(page.tab);
  await page.composer.focus();
  await pinyin.compose('nihao');
  await pinyin.choose('你好');

  await enterAfterComposing(page.tab);
  assert.equal(await page.composer.inputValue(), '你好');
  await page.composer.press('Enter');
  await page.shows('你好');
  assert.deepEqual(await chatd.texts('lobby'), ['你好']);
});

test('A list of proposals takes no key of an input method', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const pinyin = await InputMethod.of(page.tab);
  await page.composer.pressSequentially('/jo');
  await page.tab.getByRole('option').first().waitFor();

  await pinyin.compose('ni');
  await pinyin.choose('你');
  assert.equal(await page.composer.inputValue(), '/jo你');
});

test('Shift+Enter makes a line, and Enter sends them as one message', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.composer.pressSequentially('one');
  await page.composer.press('Shift+Enter');
  await page.composer.pressSequentially('two');
  await page.composer.press('Enter');

  await page.shows('one');
  assert.equal(await page.composer.inputValue(), '');
  assert.deepEqual(await chatd.texts('lobby'), ['one\ntwo']);
});

test('A draft stays with its room over a change of rooms and a reload, until it is sent', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.composer.pressSequentially('a draft for the lobby');
  await page.goTo('ops');
  await page.tab.waitForFunction(() => document.querySelector('textarea')?.value === '');
  await page.composer.pressSequentially('one for ops');
  await page.tab.reload();
  await page.composer.waitFor();
  assert.equal(await page.composer.inputValue(), 'one for ops');
  await page.goTo('lobby');
  await page.tab.waitForFunction(() => document.querySelector('textarea')?.value === 'a draft for the lobby');
  await page.composer.press('Enter');
  await page.shows('a draft for the lobby');
  await page.goTo('ops');
  await page.goTo('lobby');

  assert.equal(await page.composer.inputValue(), '');
});

test('A text that is too long is told before it is sent, and stays', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const long = '长'.repeat(30_000); // 90,000 bytes; the limit is 65,536.
  await page.say(long);

  assert.equal((await page.composer.inputValue()).length, 30_000);
  await page.tab.getByText(/65,?536|too long|bytes/i).first().waitFor();
  await page.composer.fill('长'.repeat(20_000));
  await page.composer.press('Enter');
  await page.shows('长长长');
  assert.deepEqual(await chatd.texts('lobby'), ['长'.repeat(20_000)]);
});

test('Emoji by their names, people by theirs, and commands are proposed and put in by the keyboard', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await User.start();
  await using bob = await User.start();
  await ChatPage.enter(ann, chatd, 'annabel');
  const page = await ChatPage.enter(bob, chatd, 'bob');
  await page.tab.getByRole('complementary').getByText('annabel').waitFor();
  await page.composer.pressSequentially(':tad');
  await page.tab.getByRole('option', { name: /tada/ }).waitFor();
  await page.composer.press('Enter');
  await page.composer.pressSequentially(' @anna');
  await page.tab.getByRole('option', { name: /annabel/ }).waitFor();
  await page.composer.press('Tab');
  await page.composer.press('Enter');

  await page.shows('🎉 @annabel');
  assert.deepEqual((await chatd.texts('lobby')).map((text) => text.trim()), ['🎉 @annabel']);
});

test('A command that there is not is told of, and is not said in the room', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('/jion ops');

  await page.tab.getByText(/jion/).first().waitFor();
  assert.equal(await page.composer.inputValue(), '/jion ops');
  await page.say('//jion is no command');
  await page.shows('/jion is no command');
  assert.deepEqual(await chatd.texts('lobby'), ['/jion is no command']);
});
