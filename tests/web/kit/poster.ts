// Posts a hundred texts with an outbox, says so once the outbox has them, and waits to be killed. Arguments: address, outbox, secret, run.
import { ChatClient, FileOutbox } from '../../../src/chatprotocol-js/src/node.ts';

const [address, path, secret, run] = process.argv.slice(2) as [string, string, string, string];

class Told extends FileOutbox {
  #kept = 0;

  override async put(records: Parameters<FileOutbox['put']>[0]): Promise<void> {
    await super.put(records);
    this.#kept += records.filter(record => record.text.startsWith(`run ${run} `)).length;
    if (this.#kept === 100)
      console.log('kept');
  }
}

const client = ChatClient.start({
  address,
  login: { kind: 'guest', name: 'ada', secret: new Uint8Array(Buffer.from(secret, 'hex')) },
  outbox: new Told(path),
});
const room = await client.open('lobby');
for (let i = 0; i < 100; i++)
  room.post(`run ${run} post ${i}`);
