import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { Program, programOf } from '../kit/program.ts';
import { Proxy } from '../kit/proxy.ts';
import { longestTask } from '../kit/tasks.ts';

// How much is done, and how often; WEB_SCROLLED=50000 and WEB_BEHIND=1000000 is what is promised, and takes minutes.
const scrolled = Number(process.env.WEB_SCROLLED ?? 1_500);
const there = Math.max(50_000, scrolled + 100);
const runs = Number(process.env.WEB_SCROLLS ?? 5);
const behind = Number(process.env.WEB_BEHIND ?? 100_000);
const mostRows = 550; // Some 500, and what is on its way.

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i + 1}. ${'What people write is of all lengths, and some of it is long. '.repeat(i % 4)}`);
}

/** Scrolls up, a screen a frame, until so many messages more are behind; tells how many rows there were at most. */
function scrollBack(page: ChatPage, messages: number): Promise<number> {
  return page.timeline.evaluate(async (box, messages) => {
    const first = (): number => Number(box.querySelector<HTMLElement>('li[data-seq]')?.dataset.seq);
    const goal = Math.max(1, first() - messages);
    let rows = 0;
    while (first() > goal) {
      box.scrollTop -= box.clientHeight;
      await new Promise(requestAnimationFrame);
      rows = Math.max(rows, box.querySelectorAll('li[data-key]').length);
    }
    return rows;
  }, messages);
}

function medianOf(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function heap(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20;
}

test('However much of the past is scrolled through, no task is long and few rows are there', { timeout: 3_600_000 }, async (t) => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', lines(there));
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.shows(`line ${there}.`);
  const longest: number[] = [];
  for (let run = 0; run < runs; run++) {
    let rows = 0;
    longest.push(await longestTask(page.tab, async () => (rows = await scrollBack(page, scrolled))));
    assert.ok(rows <= mostRows, `${rows} rows`);
    await page.tab.reload();
    await page.shows(`line ${there}.`);
  }
  t.diagnostic(`${scrolled} messages scrolled, longest task: ${Math.round(medianOf(longest))} ms (median of ${runs}, ${longest.map(Math.round).join(', ')})`);
  assert.ok(medianOf(longest) <= 50, `${medianOf(longest)} ms`);
});

test('A room with 500 messages a second stays usable', { timeout: 120_000 }, async (t) => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('ready');
  await page.stored('ready');
  await using flood = new Program(programOf('chat'), ['send', '--room', 'lobby', '--server', chatd.address, '--name', 'flood', '-'], { XDG_CONFIG_HOME: `${chatd.folder}/flood` });
  const said = lines(2_500);
  const late: number[] = [];
  const longest = await longestTask(page.tab, async () => {
    const typing = page.composer.pressSequentially('typed meanwhile', { delay: 150 });
    const begun = performance.now();
    for (let i = 0; i < 50; i++) {
      flood.write(said.slice(i * 50, (i + 1) * 50).map((line) => `${line}\n`).join(''));
      late.push(await nextFrame(page.tab));
      await delay(Math.max(0, begun + (i + 1) * 100 - performance.now())); // The pace is what is tested.
    }
    await typing;
  });
  assert.equal(await page.composer.inputValue(), 'typed meanwhile');
  await page.composer.press('Enter');
  await page.stored('typed meanwhile', 3_000);
  await page.shows('line 2500.');
  t.diagnostic(`500 messages a second for five seconds: longest task ${Math.round(longest)} ms, a frame after ${Math.round(medianOf(late))} ms (median; at most ${Math.round(Math.max(...late))})`);
  assert.ok(longest < 100, `a task of ${longest} ms`);
  assert.ok(medianOf(late) < 100, `a frame took ${medianOf(late)} ms`);
  assert.ok((await page.rows.count()) <= mostRows);
});

/** How long it takes until the page has drawn what happens now, in milliseconds. */
function nextFrame(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    const begun = performance.now();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begun;
  });
}

test('A tab that comes back to very many messages stays small', { timeout: 900_000 }, async (t) => {
  await using chatd = await Chatd.start();
  await using proxy = await Proxy.start(chatd.port);
  await using user = await User.start({ expected: [/WebSocket connection to|Failed to load resource/] });
  const page = await ChatPage.enterBy(user, proxy.port, 'bob');
  await page.say('before');
  await page.stored('before');
  const devtools = await user.context.newCDPSession(page.tab);
  await devtools.send('Performance.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const before = await heap(devtools);
  proxy.cut();
  await page.isOffline();
  await chatd.fill('lobby', lines(behind));
  proxy.mend();
  const begun = performance.now();
  let peak = 0;
  const watch = setInterval(async () => (peak = Math.max(peak, await heap(devtools).catch(() => 0))), 50);
  try {
    await page.probe();
    await page.isOnline();
    await page.said(`line ${behind}.`).first().waitFor({ timeout: 600_000 });
  } finally {
    clearInterval(watch);
  }
  const time = performance.now() - begun;
  await devtools.send('HeapProfiler.collectGarbage');
  const after = await heap(devtools);
  t.diagnostic(`${behind} messages behind: there in ${Math.round(time)} ms; heap ${before.toFixed(1)} MiB before, ${peak.toFixed(1)} at most, ${after.toFixed(1)} after`);
  assert.ok(peak < before + 100, `the heap grew to ${peak} MiB`);
  assert.ok(after < before + 20, `the heap stays at ${after} MiB`);
  assert.ok((await page.rows.count()) <= mostRows);
});
