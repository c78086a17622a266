import type { TestContext } from 'node:test';
import { ChatClient, type ChatClientOptions, type ChatRoom, type Entry } from '../../../src/chatprotocol-js/src/node.ts';

export const guest = (name: string) => ({ kind: 'guest', name } as const);

/** A client that is online, and is closed when the test ends. */
export async function client(t: TestContext, address: string, who: string | Partial<ChatClientOptions>): Promise<ChatClient> {
  const options = typeof who === 'string' ? { login: guest(who) } : { login: guest('ada'), ...who };
  const made = await ChatClient.connect({ address, ...options });
  t.after(() => made.close());
  return made;
}

/** The next entries of a room, so many of them. */
export async function nextEntries(room: ChatRoom, count: number): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const event of room.events()) {
    if (event.type === 'entries')
      all.push(...event.entries);
    if (all.length >= count)
      break;
  }
  return all;
}
