import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ChatClient, type Entry } from '../../../src/chatprotocol-js/src/node.ts';
import { Chatd } from '../kit/chatd.ts';
import { eventually } from '../kit/eventually.ts';
import { guest } from '../kit/sdk.ts';

const posts = 12;
const step = Number(process.env['TEST_CUT_STEP'] ?? 53);

/** A wire that is cut once so many bytes have passed in one direction, on each of its first connections. */
async function cutWire(target: number, direction: 'up' | 'down', bytes: number, cuts: number) {
  let connections = 0;
  const server = createServer(client => {
    const isCut = connections++ < cuts;
    const upstream = connect(target, '127.0.0.1');
    let left = bytes;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    const carry = (from: typeof client, to: typeof client, isLimited: boolean) => {
      from.on('data', piece => {
        if (!isLimited)
          return void to.write(piece);
        to.write(piece.subarray(0, left), () => left <= 0 && end());
        left -= piece.length;
      });
      from.on('error', end).on('close', end);
    };
    carry(client, upstream, isCut && direction === 'up');
    carry(upstream, client, isCut && direction === 'down');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

for (const kind of ['TCP', 'WebSocket'] as const)
  for (const direction of ['up', 'down'] as const)
    test(`Wherever the wire is cut on its way ${direction}, each post is stored once and in order, and each entry read once, by ${kind}`, { timeout: 120_000 }, async t => {
      await using chatd = await Chatd.start();
      const expected = Array.from({ length: posts }, (_, i) => `post ${i}`);
      let rounds = 0;
      for (let bytes = 1; bytes < 1500; bytes += step, rounds++) {
        const { server, port } = await cutWire(chatd.port, direction, bytes, 2);
        const client = ChatClient.start({ address: kind === 'TCP' ? `chat://127.0.0.1:${port}` : `ws://127.0.0.1:${port}`, login: guest(`ada${rounds}`) });
        const read: Entry[] = [];
        // A join that was lost is asked for again by the client itself.
        const room = await client.join(`room ${rounds}`.replace(' ', '-'));
        room.on('entries', ({ entries }) => void read.push(...entries));
        const all = expected.map(text => room.post(text));
        await Promise.all(all.map(post => post.done));
        await eventually(() => read.length >= posts, () => `for the entries behind ${bytes} bytes: ${read.map(entry => entry.text)}`);
        assert.deepEqual(read.map(entry => entry.text), expected, `cut behind ${bytes} bytes`);
        assert.deepEqual(read.map(entry => entry.post), all, `cut behind ${bytes} bytes`);
        const { entries } = await room.history();
        assert.deepEqual(entries.map(entry => entry.text), expected);
        await client.close();
        server.close();
      }
      t.diagnostic(`${rounds} places`);
    });
