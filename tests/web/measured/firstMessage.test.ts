import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';

/** Runs in the page: when the first message was on the screen, in milliseconds from the beginning of the navigation. */
function watchFirstMessage(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector('li[data-key]') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => ((window as unknown as { firstMessage: number }).firstMessage = performance.now())));
  });
  observer.observe(document, { childList: true, subtree: true });
}

test('The first message is on the screen soon after the page is asked for, with nothing cached', { timeout: 60_000 }, async (t) => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', Array.from({ length: 200 }, (_, i) => `message ${i}`));
  await using known = await User.start();
  await ChatPage.enter(known, chatd, 'bob');
  const storageState = await known.context.storageState();

  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    await using user = await User.start({ storageState });
    await user.context.addInitScript(watchFirstMessage);
    const page = await ChatPage.open(user, chatd);
    await page.shows('message 199');
    const time = await page.tab.waitForFunction(() => (window as unknown as { firstMessage?: number }).firstMessage);
    times.push((await time.jsonValue()) as number);
  }
  const median = times.sort((a, b) => a - b)[2] ?? 0;
  t.diagnostic(`first message on the screen: ${Math.round(median)} ms (median of five, ${times.map(Math.round).join(', ')})`);
  assert.ok(median < 1500, `it took ${median} ms`);
});
