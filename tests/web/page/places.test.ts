import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { Terminal } from '../kit/terminal.ts';

const phone = { viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

test('On a phone everything is reached by touch, and nothing is wider than the screen', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start(phone);
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('from a phone: ' + 'averylongword'.repeat(20));
  await ann.shows('from a phone');
  assert.ok(await page.fitsTheScreen(), 'the page is wider than the screen');

  await page.tab.getByRole('button', { name: 'Rooms' }).tap();
  await page.roomLink('lobby').waitFor();
  assert.ok(await page.fitsTheScreen(), 'the page is wider than the screen with the rooms');
  await page.roomLink('lobby').tap();
  await page.composer.tap();
  await page.say('and on');
  await ann.shows('bob: and on');
  const { y, height } = (await page.composer.boundingBox()) ?? { y: 0, height: 0 };
  assert.ok(y + height <= 640, 'the composer is below the screen');
});

test('Over plain http in a network all is there but what takes https', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start('--allow-origin', 'http://chat.test:1');
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const tab = await user.tab();
  await tab.goto(`http://chat.test:${chatd.port}/`);
  assert.equal(await tab.evaluate(() => isSecureContext), false);
  const page = new ChatPage(tab);
  await page.logIn('bob');
  await page.say('over plain http');
  await ann.shows('bob: over plain http');
  await page.stored('over plain http');
  await tab.reload();
  await page.shows('over plain http');
  await page.say('and back');
  await ann.shows('bob: and back');
});

test('The page speaks the language of the browser, and another when asked', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ locale: 'zh-CN' });
  const page = await ChatPage.enter(user, chatd, '小明');
  await page.say('你好');
  await page.stored('你好');
  assert.match((await page.tab.locator('html').getAttribute('lang')) ?? '', /^zh/);
  await page.tab.getByText('今天').waitFor();
  await page.tab.evaluate(() => localStorage.setItem('chat.preferences', JSON.stringify({ language: 'en' })));
  await page.tab.reload();

  await page.shows('你好');
  assert.equal(await page.tab.locator('html').getAttribute('lang'), 'en');
  await page.tab.getByText('Today').waitFor();
});

test('A text from right to left stands so, and turns nothing else', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('مرحبا يا عالم!');
  const text = (await page.shows('مرحبا')).locator('.text');

  assert.equal(await text.evaluate((element) => getComputedStyle(element).direction), 'rtl');
  assert.equal(await page.timeline.evaluate((element) => getComputedStyle(element).direction), 'ltr');
  await page.composer.fill('שלום');
  assert.equal(await page.composer.evaluate((box) => getComputedStyle(box).direction), 'rtl');
});

test('A page that is older than its server offers to be loaded again, and keeps what is written', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [/WebSocket connection to|Failed to load resource/] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.composer.pressSequentially('half a message');
  const newer = '<!DOCTYPE html><meta name="build" content="newer">';
  await user.context.route(chatd.page, (route) => route.fulfill({ body: newer, contentType: 'text/html' }));
  await chatd.kill();
  await page.isOffline();
  await chatd.startAgain();
  await page.isOnline();
  const button = page.tab.getByRole('button', { name: /reload/i });
  await button.waitFor();
  await user.context.unroute(chatd.page);
  await button.click();

  await page.tab.waitForFunction(() => document.querySelector('textarea')?.value === 'half a message');
});
