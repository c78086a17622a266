import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { eventually } from '../kit/eventually.ts';
import { Terminal } from '../kit/terminal.ts';

const password = 'correct horse battery';

/** The page of an owner of the server. */
async function owner(user: User, chatd: Chatd): Promise<ChatPage> {
  await chatd.chatctlWith(`${password}\n`, 'accounts', 'create', 'ann', '--owner');
  const page = await ChatPage.open(user, chatd);
  await page.fillLogin('With a password', { name: 'ann', password });
  await page.composer.waitFor();
  return page;
}

test('A moderator erases a message from its menu, and it is gone for everybody', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  await using another = await User.start();
  const page = await owner(user, chatd);
  const other = await ChatPage.enter(another, chatd, 'bob');
  await other.say('a word too much');
  await page.shows('a word too much');
  await page.act('a word too much', 'Erase');
  await page.confirm('Erase');

  await page.said('a word too much').waitFor({ state: 'detached' });
  await other.said('a word too much').waitFor({ state: 'detached' });
  assert.deepEqual(await chatd.texts('lobby').then((texts) => texts.filter((text) => /too much/.test(text))), []);
});

test('Who is muted is told so, keeps what was written, and may write again when it is lifted', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  await using another = await User.start();
  const page = await owner(user, chatd);
  const other = await ChatPage.enter(another, chatd, 'bob');
  await other.say('too loud');
  await page.shows('too loud');
  await page.act('too loud', 'Mute bob here');
  await page.confirm('Mute bob here');
  await other.tab.getByText('You are muted in this room').waitFor();
  await other.say('in vain');
  await eventually(async () => (await other.stateOf('in vain')) === 'refused', async () => `for the refusal: ${await other.stateOf('in vain')}`);
  await page.act('too loud', 'Lift mute or ban of bob');
  await other.tab.getByText('You are muted in this room').waitFor({ state: 'detached' });
  await other.said('in vain').getByRole('button', { name: 'Edit again' }).click();

  await eventually(async () => (await other.composer.inputValue()) === 'in vain', () => other.composer.inputValue());
  await other.composer.press('Enter');
  await page.shows('in vain');
});

test('Who is kicked is told so and why', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  await using another = await User.start();
  const page = await owner(user, chatd);
  const other = await ChatPage.enter(another, chatd, 'bob');
  await other.say('too loud');
  await page.shows('too loud');
  await page.act('too loud', 'Disconnect bob from the server');
  await page.confirm('Disconnect bob from the server', 'much too loud');

  await other.tab.getByText(/disconnected by an admin/i).first().waitFor();
});

test('Who is banned from a room sees that, and the others go on', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using carol = await Terminal.start(chatd, 'carol');
  await using user = await User.start();
  await using another = await User.start();
  const page = await owner(user, chatd);
  const other = await ChatPage.enter(another, chatd, 'bob');
  await other.say('too loud');
  await page.shows('too loud');
  await page.act('too loud', 'Ban bob from the room');
  await page.confirm('Ban bob from the room');
  await other.tab.getByText(/banned from this room|removed from this room/i).first().waitFor();
  await page.say('quiet again');
  await carol.shows('ann: quiet again');
});

test('A guest finds nothing in the menu that is not theirs', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.enter(user, chatd, 'bob');
  await chatd.chat('ann', 'send', 'hello');
  await page.shows('hello');
  await page.openMenu();
  const items = await page.tab.getByRole('menuitem').allInnerTexts();
  assert.deepEqual(items.filter((item) => /erase|mute|ban|disconnect/i.test(item)), []);
  await page.tab.keyboard.press('Escape');
  await page.act('hello', 'Report to the moderators');
  await page.confirm('Report to the moderators', 'rude');
  await page.tab.getByText('The moderators were told').waitFor();
});

test('A message is answered with a quote, and its link is copied', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await ChatPage.enter(user, chatd, 'bob');
  await chatd.chat('ann', 'send', 'what do you think?');
  await page.shows('what do you think?');
  await page.act('what do you think?', 'Reply with a quote');
  await eventually(async () => /^> .*what do you think\?/m.test(await page.composer.inputValue()), () => page.composer.inputValue());
  await page.act('what do you think?', 'Copy a link to it');

  await eventually(async () => (await page.tab.evaluate(() => navigator.clipboard.readText())) === `${chatd.page}#/lobby/1`, () => page.tab.evaluate(() => navigator.clipboard.readText()));
});
