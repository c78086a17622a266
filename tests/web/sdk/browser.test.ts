import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { Chatd } from '../kit/chatd.ts';
import { freePort } from '../kit/freePort.ts';
import { sdkTab } from '../kit/sdkPage.ts';

let browser: Promise<Browser> | undefined;

const launch = () => browser ??= chromium.launch({
  executablePath: process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  // Names that end in .test lead to this machine; unlike its addresses they are no secure context.
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--host-resolver-rules=MAP *.test 127.0.0.1'],
});

after(async () => (await browser)?.close());

/** In the page: a client whose room can be posted to by `room`. */
function begin({ origin, takes }: { origin: string; takes: boolean }): void {
  const outbox = new sdk.IndexedDbOutbox('ada');
  const client = sdk.ChatClient.start({ address: origin.replace('http', 'ws'), login: { kind: 'guest', name: 'ada', secret: new Uint8Array(32) }, outbox });
  Object.assign(globalThis, { client, outbox, texts: [] });
  globalThis.opened = client.open('lobby').then(room => globalThis.room = room);
  if (takes)
    void client.join('lobby', { from: 'oldest' }).then(room => room.on('entries', ({ entries }) => void globalThis.texts.push(...entries.map(entry => entry.text))));
}

declare global {
  var client: InstanceType<typeof sdk.ChatClient>;
  var outbox: InstanceType<typeof sdk.IndexedDbOutbox>;
  var room: InstanceType<typeof sdk.ChatRoom>;
  var opened: Promise<unknown>;
  var texts: string[];
}

for (const isSecure of [true, false])
  test(`What a closed tab has left in IndexedDB is posted once by the next tab, ${isSecure ? 'in a secure context, by locks' : 'by http on a LAN, by leases'}`, { timeout: 60_000 }, async () => {
    const port = await freePort();
    const origin = isSecure ? `http://127.0.0.1:${port}` : `http://chat.test:${port}`;
    await using _ = await Chatd.start('--listen', `tcp://127.0.0.1:${port}`, '--allow-origin', origin);
    await using context = await (await launch()).newContext({ bypassCSP: true });
    const first = await sdkTab(context, origin);
    assert.equal(await first.evaluate(() => isSecureContext), isSecure);
    await first.evaluate(begin, { origin, takes: false });
    assert.equal(await first.evaluate(async () => {
      await globalThis.opened;
      await room.post('before').done;
      return outbox.volatile;
    }), undefined);
    await first.evaluate(async () => {
      client.suspend();
      room.post('while the tab is suspended');
      room.post('and another');
      await outbox.put([]);
    });
    // A second tab that is there at the same time takes nothing of the first one's.
    const second = await sdkTab(context, origin);
    await second.evaluate(begin, { origin, takes: false });
    await second.evaluate(() => client.online());
    assert.equal(await second.evaluate(async () => (await outbox.adopt()).length), 0);
    await second.evaluate(() => client.close());
    // What a page does that is closed; a browser that is killed gives up its locks, and its leases after a while.
    await first.evaluate(() => client.close());
    await first.close();
    const third = await sdkTab(context, origin);
    await third.evaluate(begin, { origin, takes: true });
    await third.waitForFunction(() => globalThis.texts.length >= 3);
    await third.evaluate(() => room.post('the end').done);
    await third.waitForFunction(() => globalThis.texts.length >= 4);
    assert.deepEqual(await third.evaluate(() => globalThis.texts), ['before', 'while the tab is suspended', 'and another', 'the end']);
    assert.deepEqual(await third.evaluate(() => client.posts.length), 0);
  });

test('A database that does not open leaves the outbox in memory, and it says why', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  const origin = `http://127.0.0.1:${chatd.port}`;
  await using context = await (await launch()).newContext({ bypassCSP: true });
  const page = await sdkTab(context, origin);
  const said = await page.evaluate(async origin => {
    indexedDB.open = () => ({}) as IDBOpenDBRequest;
    const outbox = new sdk.IndexedDbOutbox('ada', { timeout: 100 });
    const client = await sdk.ChatClient.connect({ address: origin.replace('http', 'ws'), login: { kind: 'guest', name: 'ada' }, outbox });
    const room = await client.join('lobby');
    const post = room.post('hello');
    const { seq } = await post.done;
    await client.close();
    return [seq, outbox.volatile];
  }, origin);
  assert.deepEqual(said, [1, 'IndexedDB cannot be used: it did not open in time']);
});

test('A database that is full leaves posts in memory, they are sent, and the client says why', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  const origin = `http://127.0.0.1:${chatd.port}`;
  await using context = await (await launch()).newContext({ bypassCSP: true });
  const page = await sdkTab(context, origin);
  const said = await page.evaluate(async origin => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no space is left', 'QuotaExceededError');
    };
    const client = await sdk.ChatClient.connect({ address: origin.replace('http', 'ws'), login: { kind: 'guest', name: 'ada' }, outbox: new sdk.IndexedDbOutbox('ada') });
    const told = new Promise<string>(resolve => client.on('volatile', ({ why }) => resolve(why)));
    const room = await client.join('lobby');
    const { seq } = await room.post('hello').done;
    return [seq, await told, client.volatile];
  }, origin);
  const why = 'IndexedDB cannot be used: no space is left';
  assert.deepEqual(said, [1, why, why]);
});
