import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { Terminal } from '../kit/terminal.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds wrong with what is on the screen, in words. It is put in by the developer tools, past the content security policy. */
async function violations(tab: Page): Promise<string[]> {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Runtime.evaluate', { expression: axe });
  const found = await devtools.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) => result.violations)`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (found.exceptionDetails) throw new Error(found.exceptionDetails.exception?.description ?? found.exceptionDetails.text);
  return (found.result.value as Violation[]).flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n  ${node.html.slice(0, 300)}\n  ${node.failureSummary ?? ''}`));
}

for (const locale of ['en-GB', 'zh-CN']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing wrong in ${locale}, ${colorScheme}`, { timeout: 120_000 }, async () => {
      await using chatd = await Chatd.start();
      await chatd.fill('lobby', ['hello', 'a link: https://example.org/', 'multi\nline', 'for @bob']);
      await using user = await User.start({ locale, colorScheme });
      const page = await ChatPage.open(user, chatd);
      const found: string[] = [];
      const look = async (view: string): Promise<void> => void found.push(...(await violations(page.tab)).map((text) => `${view}: ${text}`));
      await page.tab.getByRole('textbox').first().waitFor();
      await look('logging in');
      await page.logIn('bob');
      await page.shows('for @bob');
      await page.say('my own');
      await page.shows('my own');
      await look('a room');
      await page.tab.keyboard.press('Control+k');
      await page.dialog.waitFor();
      await look('going to a room');
      await page.tab.keyboard.press('Escape');
      for (const open of [page.openSettings, page.openAccount, page.openHelp, page.openMenu]) {
        await open.call(page);
        await look(open.name);
        await page.tab.keyboard.press('Escape');
      }
      await page.tab.setViewportSize({ width: 390, height: 800 });
      await page.tab.getByRole('navigation').waitFor({ state: 'hidden' });
      await look('a phone');

      assert.equal(await page.tab.locator('html').getAttribute('lang').then((lang) => lang?.slice(0, 2)), locale.slice(0, 2));
      assert.deepEqual(found, []);
    });
  }
}

test('All is done by the keyboard alone', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('ops', ['the past of ops']);
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  const { keyboard } = page.tab;
  await page.tab.getByRole('textbox').first().waitFor();
  await keyboard.type('bob');
  await keyboard.press('Enter');
  await page.composer.waitFor();
  await eventually(() => page.composer.evaluate((box) => box === document.activeElement), () => 'for the composer to have the focus');
  await keyboard.type('without a mouse');
  await keyboard.press('Enter');
  await page.shows('without a mouse');

  await keyboard.press('Control+k');
  await page.dialog.waitFor();
  await keyboard.type('ops');
  await keyboard.press('Enter');
  await page.shows('the past of ops');
  await keyboard.press('Alt+ArrowUp');
  await page.shows('without a mouse');

  await chatd.fill('ops', ['news in ops']);
  await page.unread('ops', 1);
  await keyboard.press('Alt+Shift+ArrowDown');
  await page.shows('news in ops');

  await page.tab.evaluate(() => (document.activeElement as HTMLElement).blur());
  await keyboard.press('?');
  await page.dialog.waitFor();
  await keyboard.press('Escape');
  await page.dialog.waitFor({ state: 'hidden' });
});

test('The focus goes back to what opened a dialog, and everything that can be had has a visible focus', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.composer.focus();
  await page.tab.keyboard.press('Control+k');
  await page.dialog.waitFor();
  await page.tab.keyboard.press('Escape');
  await page.dialog.waitFor({ state: 'hidden' });
  assert.ok(await page.composer.evaluate((box) => box === document.activeElement), 'the focus is lost');

  const stops = new Set<string>();
  for (let i = 0; i < 40; i++) {
    await page.tab.keyboard.press('Tab');
    const stop = await page.tab.evaluate(focusSeen);
    assert.ok(stop.seen, `the focus on ${stop.name} cannot be seen`);
    stops.add(stop.name);
  }
  assert.ok(stops.size > 5, `only ${[...stops].join('\n')}`);
});

/** Runs in the page: whether what has the focus, or what is around it, looks otherwise than without. */
function focusSeen(): { name: string; seen: boolean } {
  const element = document.activeElement as HTMLElement;
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter((one) => one instanceof HTMLElement);
  const looks = (): string => around.map((one) => getComputedStyle(one)).map((style) => [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join()).join();
  const focused = looks();
  element.blur();
  const seen = looks() !== focused || element === document.body;
  element.focus({ preventScroll: true });
  return { name: element.outerHTML.slice(0, 120), seen };
}

test('A screen reader is told what others say, and neither the past nor what is one’s own', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', ['long ago']);
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.shows('long ago');
  await page.say('my own words');
  await page.shows('my own words');
  const told: string[] = [];
  await page.tab.exposeFunction('told', (text: string) => told.push(text));
  await page.announcement.first().evaluate((region) => {
    const tell = (): void => (window as unknown as { told(text: string): void }).told(region.textContent ?? '');
    tell();
    new MutationObserver(tell).observe(region, { childList: true, characterData: true, subtree: true });
  });
  await ann.say('hear this');

  await eventually(() => told.some((text) => text.includes('hear this')), () => `for the words; it was told ${JSON.stringify(told)}`);
  assert.ok(told.every((text) => !/long ago|my own words/.test(text)), JSON.stringify(told));
  for (let i = 0; i < 30; i++) await ann.say(`flood ${i}`);
  await page.shows('flood 29');
  assert.ok(told.length < 15, `in a flood it was told ${told.length} times`);
});

test('Nothing glides for who wants no motion', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ reducedMotion: 'reduce' });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('still');
  await page.shows('still');

  const moving = await page.tab.evaluate(() =>
    [...document.querySelectorAll('*')]
      .map((element) => [element.outerHTML.slice(0, 80), getComputedStyle(element)] as const)
      .filter(([, style]) => style.scrollBehavior === 'smooth' || [style.transitionDuration, style.animationDuration].some((time) => time.split(', ').some((one) => parseFloat(one) > 0.01)))
      .map(([html]) => html),
  );
  assert.deepEqual(moving, []);
});
