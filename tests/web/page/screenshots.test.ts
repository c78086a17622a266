import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User, type UserOptions } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { root } from '../kit/program.ts';
import { Terminal } from '../kit/terminal.ts';

const folder = 'src/chatprotocol-web/screenshots';
const mostBytes = 120 * 1024;
const wide: UserOptions = { viewport: { width: 1200, height: 720 } };
const phone: UserOptions = { viewport: { width: 390, height: 720 }, hasTouch: true, isMobile: true };

const views: [name: string, options: UserOptions][] = [
  ['light', { ...wide, colorScheme: 'light' }],
  ['dark', { ...wide, colorScheme: 'dark' }],
  ['phone-light', { ...phone, colorScheme: 'light' }],
  ['phone-dark-zh', { ...phone, colorScheme: 'dark', locale: 'zh-CN' }],
];

const conversation: [who: string, text: string][] = [
  ['mira', 'Good morning! The new build is on the lab server: https://lab.example.org/builds/482'],
  ['李雷', '早上好 👋 我先跑一遍测试。'],
  ['jonas', 'Which branch is it from?'],
  ['mira', 'From main, with the two fixes of last night.\nIf it holds until noon I tag it.'],
  ['李雷', '测试全部通过：1,204 个，没有失败 ✅'],
  ['jonas', 'Nice. And the page opens in a blink now.'],
  ['mira', '@ada could you look at the release notes?'],
];

const answer = 'On it. I will have read them before lunch 🍜';

type Others = Record<string, Terminal>;

test('The pictures that README shows are there, and small', { timeout: 120_000 }, async () => {
  if (process.env.UPDATE_README === '1') {
    await using chatd = await Chatd.start();
    await using mira = await Terminal.start(chatd, 'mira');
    await using li = await Terminal.start(chatd, '李雷');
    await using jonas = await Terminal.start(chatd, 'jonas');
    await talk({ mira, 李雷: li, jonas }, chatd);
    const storageState = await joined(chatd);
    for (const [name, options] of views) await picture(chatd, name, { ...options, storageState });
  }

  const readme = readFileSync(`${root}/README.md`, 'utf8');
  for (const [name] of views) {
    assert.ok(statSync(`${root}/${folder}/${name}.png`).size <= mostBytes, `${name}.png is larger than ${mostBytes} bytes`);
    assert.ok(readme.includes(`${folder}/${name}.png`), `README.md does not show ${name}.png`);
  }
});

/** What the others say; each line is stored before the next one is typed. */
async function talk(others: Others, chatd: Chatd): Promise<void> {
  for (const [who, text] of conversation) {
    if (text.includes('\n')) await chatd.chat(who, 'send', text);
    else await others[who]?.say(text);
    await eventually(async () => (await chatd.texts('lobby')).at(-1) === text, () => `for ${text}`);
  }
}

/** The user whose page is shown, with the rooms that they are in. */
async function joined(chatd: Chatd): Promise<NonNullable<UserOptions['storageState']>> {
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'ada');
  await chatd.chat('mira', 'send', '--to', 'ada', 'Thank you!');
  for (const room of ['music', 'releases', '@mira', 'lobby']) await enterRoom(page, room);
  await page.say(answer);
  await page.stored(answer);
  return await user.context.storageState();
}

async function enterRoom(page: ChatPage, room: string): Promise<void> {
  await page.goTo(room);
  await page.tab.getByRole('heading', { name: room.replace('@', '') }).waitFor();
  await page.timeline.waitFor();
}

async function picture(chatd: Chatd, name: string, options: UserOptions): Promise<void> {
  await using user = await User.start(options);
  const page = await ChatPage.open(user, chatd);
  for (const room of ['music', 'releases', '@mira', 'lobby']) await enterRoom(page, room);
  await page.shows(answer);
  await chatd.chat('jonas', 'send', '--room', 'music', 'Anybody for the concert on Friday?');
  await chatd.chat('李雷', 'send', '--room', 'music', '我去！');
  await chatd.chat('mira', 'send', '--room', 'releases', '@ada 0.9 is tagged');
  await eventually(async () => (await page.tab.title()).startsWith('(3)'), () => page.tab.title());
  await page.tab.screenshot({ path: `${root}/${folder}/${name}.png`, animations: 'disabled', caret: 'hide' });
}
