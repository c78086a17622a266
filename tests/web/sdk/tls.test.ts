import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatClient, ChatError } from '../../../src/chatprotocol-js/src/node.ts';
import { Chatd } from '../kit/chatd.ts';
import { guest } from '../kit/sdk.ts';
import { freePort } from '../kit/freePort.ts';

test('A server by TLS is taken by its pin alone, or by a trusted certificate; else nothing is sent', { timeout: 30_000 }, async t => {
  const port = await freePort();
  await using chatd = await Chatd.start('--listen', `tls://127.0.0.1:${port}`);
  const address = `chats://127.0.0.1:${port}`;
  const untrusted = async (pin?: string): Promise<ChatError> => {
    const fault: unknown = await ChatClient.connect({ address, login: guest('ada'), ...(pin && { pin }) }).then(() => undefined, error => error as unknown);
    assert.ok(fault instanceof ChatError);
    assert.deepEqual([fault.failure, fault.outcome, fault.mayRetry], ['untrusted-server', 'not-sent', false]);
    return fault;
  };
  const { pin } = await untrusted();
  assert.match(pin!, /^SHA256:[A-Za-z0-9+/]{43}$/);
  assert.equal((await untrusted(`SHA256:${'A'.repeat(43)}`)).pin, pin);
  const client = await ChatClient.connect({ address, pin: pin!, login: { kind: 'register', name: 'ada', password: 'correct horse' } });
  t.after(() => client.close());
  assert.equal(client.me?.name, 'ada');
  await (await client.open('lobby')).post('inside').done;
  assert.ok(chatd.port > 0);
  assert.throws(() => ChatClient.start({ address: chatd.address, login: guest('ada'), pin: pin! }), TypeError);
});
