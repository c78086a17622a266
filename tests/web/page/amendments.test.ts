import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';

/** The pages of two guests who see each other. */
async function two(chatd: Chatd, ann: User, bob: User): Promise<[ann: ChatPage, bob: ChatPage]> {
  return [await ChatPage.enter(ann, chatd, 'ann'), await ChatPage.enter(bob, chatd, 'bob')];
}

test('An edit by the menu or by the arrow up is seen by both, and by who loads the page later; the draft stays', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using one = await User.start();
  await using another = await User.start();
  const [ann, bob] = await two(chatd, one, another);
  await ann.say('teh build is green');
  await bob.shows('teh build is green');
  await ann.composer.fill('half a thought');
  await ann.act('teh build is green', /^Edit$/);
  await eventually(async () => (await ann.composer.inputValue()) === 'teh build is green', () => ann.composer.inputValue());
  await ann.say('the build is green');
  for (const page of [ann, bob])
    await page.shows('the build is green (edited)');
  await eventually(async () => (await ann.composer.inputValue()) === 'half a thought', () => ann.composer.inputValue());
  assert.deepEqual(await bob.texts(), ['the build is green (edited)']);

  await ann.composer.fill('');
  await ann.composer.press('ArrowUp');
  await eventually(async () => (await ann.composer.inputValue()) === 'the build is green', () => ann.composer.inputValue());
  await ann.composer.press('Escape');
  await eventually(async () => (await ann.composer.inputValue()) === '', () => ann.composer.inputValue());
  await ann.composer.press('ArrowUp');
  await ann.tab.getByText('You are editing your message').waitFor();
  await ann.say('the build was green');
  await bob.shows('the build was green (edited)');
  await bob.tab.reload();
  await bob.shows('the build was green (edited)');
  await bob.openMenu();
  assert.deepEqual((await bob.tab.getByRole('menuitem').allInnerTexts()).filter((item) => /^Edit|Take back|Pin/.test(item)), []);
});

test('What is taken back is gone from both pages, answers to it included', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using one = await User.start();
  await using another = await User.start();
  const [ann, bob] = await two(chatd, one, another);
  await ann.say('my password');
  await bob.shows('my password');
  await bob.act('my password', /^Reply$/);
  await bob.say('oh no');
  await (await ann.shows('oh no')).getByText('In reply to ann: my password').waitFor();
  await ann.act('my password', 'Take back');
  await ann.confirm('Take back');

  for (const page of [ann, bob])
    await eventually(async () => !(await page.tab.content()).includes('my password'), () => 'for the last copy to go');
  assert.deepEqual(await bob.texts(), ['This message was erased.', 'oh no']);
});

test('An answer tells whom it answers, and leads there', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using one = await User.start();
  await using another = await User.start();
  const [ann, bob] = await two(chatd, one, another);
  await ann.say('cake?');
  await bob.shows('cake?');
  await bob.act('cake?', /^Reply$/);
  await bob.tab.locator('.about').getByText('In reply to ann: cake?').waitFor();
  await bob.say('yes, please');
  const answer = await ann.shows('yes, please');
  await bob.tab.locator('.about').waitFor({ state: 'detached' });
  assert.deepEqual(await ann.texts(), ['cake?', 'yes, please']);
  await answer.getByRole('button', { name: 'In reply to ann: cake?' }).click();

  await ann.tab.locator('li.marked[data-seq="1"]').waitFor();
  await ann.tab.reload();
  await (await ann.shows('yes, please')).getByText('In reply to ann: cake?').waitFor();
});

test('Reactions count, tell which are one’s own, and are taken back by another click', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using one = await User.start();
  await using another = await User.start();
  const [ann, bob] = await two(chatd, one, another);
  await ann.say('cake?');
  await bob.shows('cake?');
  await bob.act('cake?', 'React');
  await bob.tab.getByRole('menuitem', { name: '🎉' }).click();
  const seen = ann.tab.getByRole('button', { name: /^🎉: 1 / });
  assert.equal(await bob.tab.getByRole('button', { name: /^🎉: 1 / }).getAttribute('aria-pressed'), 'true');
  assert.equal(await seen.getAttribute('aria-pressed'), 'false');
  await seen.click();
  await bob.tab.getByRole('button', { name: '🎉: 2 people' }).click();
  const own = ann.tab.getByRole('button', { name: '🎉: 1 person' });
  await own.waitFor();
  assert.equal(await own.getAttribute('aria-pressed'), 'true');
  await bob.tab.reload();
  const other = bob.tab.getByRole('button', { name: '🎉: 1 person' });
  assert.equal(await other.getAttribute('aria-pressed'), 'false');
  await own.click();
  await other.waitFor({ state: 'detached' });
});

test('An action is shown as what its author does, and a pin as one', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using one = await User.start();
  await using another = await User.start();
  const [page, bob] = await two(chatd, one, another);
  await page.goTo('@bob');
  await bob.goTo('@ann');
  await bob.tab.getByRole('heading', { name: 'ann' }).waitFor();
  await bob.say('/me waves');
  await page.shows('* bob waves');
  await bob.stored('* bob waves');
  await page.act('* bob waves', /^Pin$/);
  await (await bob.shows('* bob waves')).getByText('Pinned').waitFor();
  await bob.act('* bob waves', 'Unpin');
  await page.tab.getByText('Pinned').waitFor({ state: 'detached' });
});
