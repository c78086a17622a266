import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Chatd } from '../kit/chatd.ts';
import { User } from '../kit/chromium.ts';
import { Terminal } from '../kit/terminal.ts';

const refused = /WebSocket connection to|Failed to load resource|asked for http:\/\/127/;

/** Opens a WebSocket from a page, and tells whether it was opened. */
function opens(tab: Page, url: string): Promise<boolean> {
  return tab.evaluate(
    (url) =>
      new Promise<boolean>((resolve) => {
        const socket = new WebSocket(url, 'chat.v1');
        socket.onopen = () => resolve(socket.protocol === 'chat.v1');
        socket.onclose = () => resolve(false);
      }),
    url,
  );
}

test('A page from elsewhere opens no WebSocket, and one that the operator allows does', { timeout: 60_000 }, async () => {
  const elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>elsewhere</title><link rel="icon" href="data:,">'));
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  try {
    await using strict = await Chatd.start();
    await using open = await Chatd.start('--allow-origin', origin);
    await using user = await User.start({ expected: [refused] });
    const tab = await user.tab();
    await tab.goto(origin);

    assert.equal(await opens(tab, strict.webSocket), false);
    assert.equal(await opens(tab, open.webSocket), true);
  } finally {
    elsewhere.close();
  }
});

test('A stranger’s name that leads to this machine is served neither the page nor a WebSocket', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using user = await User.start({ expected: [refused] });
  const tab = await user.tab();
  const answer = await tab.goto(`http://rebound.test:${chatd.port}/`);

  assert.ok(answer && answer.status() >= 400, `it was answered ${answer?.status()}`);
  assert.equal(await opens(tab, `ws://rebound.test:${chatd.port}/ws`), false);
});

test('What a browser connects ahead of time is nobody in the lobby', { timeout: 60_000 }, async () => {
  await using chatd = await Chatd.start();
  await using ann = await Terminal.start(chatd, 'ann');
  await using user = await User.start({ expected: [/./] });
  const tab = await user.tab();
  await tab.goto(chatd.page);
  // A browser's silent socket, to be sure of one; it was there before the one that is made here, which is greeted when it counts as a text client.
  await tab.evaluate((url) => document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: url })), chatd.page);
  const silent = connect(chatd.port, '127.0.0.1');
  await once(silent, 'data');

  await ann.say('/who');
  await ann.shows('in lobby: ann');
  silent.destroy();
  assert.doesNotMatch(await ann.screen(), /guest-/);
});
