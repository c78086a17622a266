import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatd } from '../kit/chatd.ts';
import { ChatPage } from '../kit/chatPage.ts';
import { User } from '../kit/chromium.ts';
import { Terminal } from '../kit/terminal.ts';

const password = 'correct horse battery';

/** Everything that the page keeps in its origin, as text. */
async function kept(page: ChatPage): Promise<string> {
  const { cookies, origins } = await page.tab.context().storageState({ indexedDB: true });
  assert.deepEqual(cookies, []);
  return JSON.stringify(origins);
}

test('Who makes an account is let in by its password from elsewhere, and by this browser without it', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  await page.fillLogin('Make an account', { name: 'bob', password, again: password });
  await page.composer.waitFor();
  await page.say('with an account');
  await ann.shows('bob: with an account');
  assert.ok(!(await kept(page)).includes(password), 'the password is kept');
  await page.tab.reload();
  await page.shows('with an account');

  await using elsewhere = await User.start();
  const other = await ChatPage.open(elsewhere, chatd);
  await other.fillLogin('With a password', { name: 'bob', password: 'another one' });
  await other.tab.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  await other.fillLogin(undefined, { name: 'bob', password });
  await other.composer.waitFor();
  await other.say('from elsewhere');
  await page.shows('from elsewhere');
});

test('Who logs out is out, and leaves nothing to log in by', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  await page.fillLogin('Make an account', { name: 'bob', password, again: password });
  await page.composer.waitFor();
  assert.match(await kept(page), /chat_t_/);
  await page.logOut();

  await page.tab.locator('input[name=name]').waitFor();
  assert.doesNotMatch(await kept(page), /chat_t_/);
  await page.tab.reload();
  await page.tab.locator('input[name=name]').waitFor();
  assert.match(await chatd.chatctl('tokens', 'list', 'bob').catch(String), /^(?!.*Web \d)/s);
});

test('An invitation’s link leads to an account', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start('--registration', 'invitation');
  await chatd.chatctlWith(`${password}\n`, 'accounts', 'create', 'ann', '--owner');
  await using user = await User.start();
  const ann = await ChatPage.open(user, chatd);
  await ann.fillLogin('With a password', { name: 'ann', password });
  await ann.composer.waitFor();
  await ann.openAccount();
  const form = ann.dialog.locator('section').filter({ hasText: 'invitation link' });
  await form.locator('input[type=password]').fill(password);
  await form.getByRole('button').click();
  const link = await form.locator('code').innerText();

  await using guest = await User.start();
  const invited = new ChatPage(await guest.tab());
  await invited.tab.goto(link);
  await invited.fillLogin(undefined, { name: 'bob', password: 'another password', again: 'another password' });
  await invited.composer.waitFor();
  await invited.say('thank you');
  assert.match(await chatd.chatctl('accounts', 'list'), /bob/);

  await using late = await User.start();
  const second = new ChatPage(await late.tab());
  await second.tab.goto(link);
  await second.fillLogin(undefined, { name: 'eve', password: 'another password', again: 'another password' });
  await second.tab.getByRole('alert').filter({ hasText: 'invitation' }).waitFor();
});

test('Sessions are listed, and one that is ended elsewhere is out', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using first = await User.start();
  const here = await ChatPage.open(first, chatd);
  await here.fillLogin('Make an account', { name: 'bob', password, again: password });
  await here.composer.waitFor();
  await using second = await User.start();
  const there = await ChatPage.open(second, chatd);
  await there.fillLogin('With a password', { name: 'bob', password });
  await there.composer.waitFor();

  await here.openAccount();
  const sessions = here.dialog.locator('section').filter({ hasText: 'Your sessions' }).getByRole('listitem');
  await sessions.nth(1).waitFor();
  await sessions.getByRole('button', { name: 'End' }).first().click();
  await there.tab.getByText(/login is over|disconnected|ended/i).first().waitFor();
});

test('A changed password is the one that counts', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  await page.fillLogin('Make an account', { name: 'bob', password, again: password });
  await page.composer.waitFor();
  await page.openAccount();
  const form = page.dialog.locator('section').filter({ hasText: 'Change the password' });
  await form.locator('input[name=old]').fill(password);
  await form.locator('input[name=password]').fill('a new password');
  await form.getByRole('button').click();
  await page.tab.getByText('The password is changed').waitFor();

  await using elsewhere = await User.start();
  const other = await ChatPage.open(elsewhere, chatd);
  await other.fillLogin('With a password', { name: 'bob', password });
  await other.tab.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  await other.fillLogin(undefined, { name: 'bob', password: 'a new password' });
  await other.composer.waitFor();
});

test('Over https nobody is let in without an account, and who has one is in', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start('--listen', 'tls://0.0.0.0:0');
  await chatd.chatctlWith(`${password}\n`, 'accounts', 'create', 'ann');
  await using user = await User.start({ ignoreHTTPSErrors: true });
  const page = new ChatPage(await user.tab());
  await page.tab.goto(`https://127.0.0.1:${/tls:\/\/[^ ]+:(\d+)/.exec(chatd.ready)?.[1]}/`);
  await page.beginLogIn('bob');
  await page.tab.getByRole('alert').filter({ hasText: 'account' }).waitFor();
  await page.fillLogin('With a password', { name: 'ann', password });
  await page.composer.waitFor();
  await page.say('over TLS');
  await page.stored('over TLS');
  assert.deepEqual(await chatd.texts('lobby'), ['over TLS']);
});

test('A name that another has is told of, and another one may be chosen', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start();
  const page = await ChatPage.open(user, chatd);
  await page.beginLogIn('ann');
  await page.tab.getByRole('alert').filter({ hasText: 'taken' }).waitFor();
  await page.logIn('bob');
  await page.say('as bob');
  await ann.shows('bob: as bob');
});
