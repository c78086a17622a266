import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { Terminal } from '../kit/terminal.ts';

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i + 1}.` + (i % 7 === 0 ? ' And much more, which takes some lines more than one.'.repeat(8) : ''));
}

for (const [sentence, toTheTop] of [
  ['The past comes as one scrolls, and the row that one reads stays in its place', false],
  ['At the very top older rows push nothing away', true],
] as const)
  test(sentence, { timeout: 60_000 }, async () => {
    await using chatd = await Chatd.start();
    await chatd.fill('lobby', lines(1000));
    await using user = await User.start();
    const page = await ChatPage.enter(user, chatd, 'bob');
    await page.shows('line 1000.');
    for (let load = 0; load < 6; load++) {
      const moved = await page.scrollUp(toTheTop);
      assert.ok(moved < 1, `the row that was read moved by ${moved} px when older ones came`);
    }
  });

test('The end is followed only where one is there, and a button leads back to it', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', lines(300));
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.shows('line 300.');
  await ann.say('at the end');
  await (await page.shows('at the end')).waitFor();
  assert.ok(await page.isAtEnd());

  await page.timeline.hover();
  await page.tab.mouse.wheel(0, -1500);
  await eventually(async () => !(await page.isAtEnd()), () => 'for the end to be left');
  const row = await page.rowInView();
  const top = (await row.boundingBox())?.y ?? 0;
  await ann.say('unseen one');
  await ann.say('unseen two');
  const button = page.tab.getByRole('button', { name: /2 new/i });
  await button.waitFor();
  assert.ok(Math.abs(((await row.boundingBox())?.y ?? 0) - top) < 2, 'what is read has moved');
  await button.click();
  await page.shows('unseen two');
  assert.ok(await eventually(() => page.isAtEnd(), () => 'for the end'));
});

test('An own message is on the screen at once, and stays the same row when it is stored', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.say('first');
  await page.shows('first');
  chatd.signal('SIGSTOP');
  await page.say('slow to be stored');
  const row = await (await page.shows('slow to be stored')).elementHandle();
  assert.notEqual(await page.stateOf('slow to be stored'), 'stored');
  chatd.signal('SIGCONT');

  await page.stored('slow to be stored');
  assert.ok(await row?.evaluate((element) => element.isConnected && element.hasAttribute('data-seq')));
  assert.deepEqual(await page.texts(), ['first', 'slow to be stored']);
});

test('A link to a message leads to it through any distance, and marks it', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('archive', lines(20_000));
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob', '#/archive/7000');
  const row = await page.shows('line 7000.');

  await eventually(() => page.isInView(row), () => 'for the row to be in view');
  assert.ok(await row.evaluate((element) => element.classList.contains('marked')), 'the row is not marked');
  await page.tab.keyboard.press('Escape');
  await page.goTo('archive/19000');
  const second = await page.shows('line 19000.');
  await eventually(() => page.isInView(second), () => 'for the second row to be in view');
  await page.tab.reload();
  const again = await page.shows('line 19000.');
  await eventually(() => page.isInView(again), () => 'for the row to be in view after the page was loaded again');
});

test('Messages of other rooms are counted, and those that name the user too', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob', '#/ops');
  await page.goTo('lobby');
  await page.say('here');
  await page.shows('here');
  await chatd.chat('ann', 'send', '--room', 'ops', 'something');
  await page.unread('ops', 1);
  await chatd.chat('ann', 'send', '--room', 'ops', 'something for @bob');
  await page.unread('ops', 1); // The one that names the user.
  assert.match(await page.tab.title(), /\(1\)|\(2\)/);
  await page.goTo('ops');
  await page.shows('something for @bob');
  await page.unread('ops', 0);
});

test('A day begins where it does for the reader, not for the server', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using eastern = await User.start({ timezoneId: 'Pacific/Kiritimati' });
  await using western = await User.start({ timezoneId: 'Pacific/Pago_Pago' });
  await chatd.fill('lobby', ['today']);
  for (const user of [eastern, western]) {
    const page = await ChatPage.enter(user, chatd, user === eastern ? 'east' : 'west');
    const row = await page.shows('today');
    const heading = page.timeline.getByRole('heading').first();
    const shown = await page.tab.evaluate(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric' }).format(Date.now()));
    assert.match(`${await heading.innerText()} ${await heading.locator('time').getAttribute('datetime')}`, new RegExp(`[tT]oday|\\b0?${shown}\\b`));
    await row.waitFor();
  }
});

test('A line stands above what was not read yet, and stays while the room is open', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('ops', ['read long ago']);
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob', '#/ops');
  await page.shows('read long ago');
  await page.goTo('lobby');
  await page.tab.getByRole('heading', { name: 'lobby' }).waitFor();
  await chatd.fill('ops', ['new one', 'new two']);
  await page.unread('ops', 2);
  await page.goTo('ops');
  await (await page.shows('new one')).locator('.new-line').waitFor();
  await page.unread('ops', 0);
  await chatd.fill('ops', ['new three']);
  await page.shows('new three');

  assert.equal(await page.tab.locator('.new-line').count(), 1);
});

test('What is “today” is “yesterday” from midnight on', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', ['late at night']);
  await using user = await User.start();
  const page = new ChatPage(await user.tab());
  await page.tab.clock.install({ time: new Date().setHours(23, 59, 30) });
  await page.tab.goto(chatd.page);
  await page.logIn('bob');
  await page.tab.getByRole('heading', { name: 'Today' }).waitFor();
  await page.tab.clock.fastForward('01:00');

  await page.tab.getByRole('heading', { name: 'Yesterday' }).waitFor();
});

test('A date leads to what was said first on that day', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await chatd.fill('lobby', lines(2000));
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await page.shows('line 2000.');
  await page.tab.getByRole('button', { name: 'Go to a date' }).click();
  await page.dialog.getByRole('button', { name: 'Go', exact: true }).click();

  const row = await page.shows('line 1.');
  await eventually(() => page.isInView(row), () => 'for the row to be in view');
});

test('What a moderator erases is gone from the screen', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await chatd.chat('ann', 'send', 'a word too much');
  await page.shows('a word too much');
  await chatd.chatctl('erase', 'lobby', '1', '--yes');

  await page.said('a word too much').waitFor({ state: 'detached' });
  await eventually(async () => !(await page.tab.content()).includes('a word too much'), () => 'for the last copy to go');
});
