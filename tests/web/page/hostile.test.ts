import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';

const hostile = [
  '<img src=x onerror=alert(1)><script>alert(2)</script><svg/onload=alert(3)>',
  '&lt;b&gt; &amp; &#x3c;script&#x3e; {{constructor}} ${1+1} %3Cscript%3E',
  'javascript:alert(1) data:text/html,<script>alert(1)</script> vbscript:x file:///etc/passwd',
  'java\tscript:alert(1) JAVASCRIPT:alert(1) \u0001javascript:alert(1)',
  '[link](javascript:alert(1)) <a href="javascript:alert(1)">x</a>',
  'https://good.example@evil.example/ https://xn--80ak6aa92e.com/ https://аррӏе.com/',
  'https://example.org/\u202egpj.exe?\u2066x',
  'https://例子.测试/路径，然后说话。（https://example.org/a_(b)）',
  '\u202eright to left override\u202c \u2067isolate without an end',
  'مرحبا بالعالم 123 שלום',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  '👨‍👩‍👧‍👦👩🏽‍🚀🏴‍☠️🇨🇳',
  'a'.repeat(4000),
  '\u0007bell \u001b[31mred\u001b[0m \u0000 nul \u007f del',
  '__proto__ constructor toString',
];

test('Hostile texts are shown as text, and nothing comes of them', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await User.start();
  await using user = await User.start();
  const writer = await ChatPage.enter(ann, chatd, 'ann');
  const page = await ChatPage.enter(user, chatd, 'bob');
  page.tab.on('dialog', (dialog) => assert.fail(`a dialog: ${dialog.message()}`));
  for (const text of hostile) await writer.say(text);
  await writer.say('that was all');
  await page.shows('that was all');

  const stored = await chatd.texts('lobby');
  assert.equal(stored.length, hostile.length + 1);
  assert.equal(await page.tab.locator('.text :not(a, bdi, span, mark, br)').count(), 0, 'an element was made of a text');
  const texts = await page.tab.locator('li[data-key] .text').evaluateAll((elements) => elements.map((element) => element.textContent));
  for (const [i, text] of hostile.entries()) if (!/[\u0000-\u001f\u007f]/.test(text) && !/аррӏе|例子|xn--/.test(text)) assert.equal(texts[i], text);
  const links = await page.tab.locator('.text a').evaluateAll((elements) => elements.map((a) => [(a as HTMLAnchorElement).protocol, a.getAttribute('rel'), a.getAttribute('target'), a.textContent]));
  for (const [protocol, rel, target, text] of links) {
    assert.match(protocol ?? '', /^(https?|mailto):$/);
    assert.match(rel ?? '', /noopener/);
    assert.equal(target, '_blank');
    assert.doesNotMatch(text ?? '', /[\u202a-\u202e\u2066-\u2069]|аррӏе|good\.example@/);
  }
  assert.ok(await page.fitsTheScreen(), 'the page is wider than the screen');
});

test('A text of the greatest length is shown, and nothing else suffers', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await chatd.fill('lobby', ['x'.repeat(65_536), '字'.repeat(21_845)]);
  await page.shows('字字字');
  await page.say('still here');
  await page.shows('still here');

  assert.ok(await page.fitsTheScreen(), 'the page is wider than the screen');
});

test('A name can turn or hide nothing around it', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  for (const name of ['مرحبا', 'שלום', '名字很长很长很长很长很长很长很长很长', "O'<b>"]) await chatd.chat(name, 'send', `from ${[...name].length}`).catch(() => {}); // The server takes not every name.
  await page.shows('from 5');

  const author = page.said('from 5').locator('bdi').first();
  assert.equal(await author.innerText(), 'مرحبا');
  assert.ok(await page.fitsTheScreen(), 'the page is wider than the screen');
});

test('An address that makes no sense leads somewhere that does', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  for (const hash of ['%', '%ff/%00', '<script>', 'lobby/99999999999999999999', 'lobby/-1', '@nobody-there', '__proto__', 'a'.repeat(5000), '/////']) {
    await page.goTo(hash);
    await page.tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  await page.goTo('lobby');
  await page.say('still here');
  await page.shows('still here');
});
