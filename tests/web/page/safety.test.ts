import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';

test('The policy of the page lets in nothing from elsewhere, nothing inline, and no frame around it', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const answer = await (await user.tab()).goto(chatd.page);
  const headers = (await answer?.allHeaders()) ?? {};
  const policy = headers['content-security-policy'] ?? '';

  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe|data:|blob:|https?:|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['set-cookie'], undefined);
});

test('A page from elsewhere shows the chat in no frame', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  const elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end(`<link rel="icon" href="data:,"><iframe src="${chatd.page}"></iframe>`));
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  try {
    await using user = await User.start({ expected: [/asked for|frame/i] });
    const tab = await user.tab();
    await tab.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    assert.equal(await tab.frameLocator('iframe').locator('#page').count(), 0);
  } finally {
    elsewhere.close();
  }
});

test('What is dropped beside the writing box leads away from nothing', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  const prevented = await page.tab.evaluate(() =>
    ['dragover', 'drop'].map((type) => {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
      event.dataTransfer?.items.add(new File(['x'], 'x.html', { type: 'text/html' }));
      document.querySelector('.timeline')?.dispatchEvent(event);
      return event.defaultPrevented;
    }),
  );
  assert.deepEqual(prevented, [true, true]);
});

test('The page can be installed as an app', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  await page.tab.getByRole('textbox').first().waitFor();
  const devtools = await user.context.newCDPSession(page.tab);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A context of its own counts as private, where nothing can be installed.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  const { url, errors, data } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string }[] };
  for (const { src } of icons) assert.equal((await page.tab.request.get(new URL(src, url).href)).status(), 200, src);
});

/** Runs in the page, before its scripts: keeps what the user would be notified of. */
function keepNotifications(): void {
  const shown: { title: string; body: string; tag: string }[] = [];
  class Kept {
    static permission = 'granted';
    static requestPermission = (): Promise<string> => Promise.resolve('granted');
    constructor(title: string, { body = '', tag = '' }: NotificationOptions = {}) {
      shown.push({ title, body, tag });
    }
    close(): void {}
  }
  Object.assign(window, { Notification: Kept, shown });
}

test('Who asked for it is notified of what is said to them while they look elsewhere, and of nothing else', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  await user.context.addInitScript(keepNotifications);
  const page = new ChatPage(await user.tab());
  await page.tab.clock.install();
  await page.tab.goto(chatd.page);
  await page.logIn('bob');
  await page.openSettings();
  await page.dialog.getByRole('checkbox', { name: /notify/i }).check();
  await page.tab.keyboard.press('Escape');
  const shown = (): Promise<unknown> => page.tab.evaluate(() => (window as unknown as { shown: unknown[] }).shown);
  await chatd.chat('ann', 'send', 'for @bob while he looks');
  await page.shows('for @bob while he looks');
  await page.tab.clock.fastForward('00:03'); // Whoever has not read it by then is notified.
  await page.tab.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
  });
  await chatd.chat('ann', 'send', 'for nobody');
  await chatd.chat('ann', 'send', 'for @bob while he does not');
  await page.shows('for @bob while he does not');
  await page.tab.clock.fastForward('00:03');

  await page.tab.waitForFunction(() => (window as unknown as { shown: unknown[] }).shown.length > 0);
  assert.deepEqual(await shown(), [{ title: 'ann', body: 'for @bob while he does not', tag: 'chat lobby' }]);
});
