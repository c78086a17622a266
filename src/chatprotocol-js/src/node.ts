import { ChatClient as BrowserClient } from './client.ts';
import { dialNode } from './node/dial.ts';

export * from './index.ts';
export { FileOutbox } from './node/file-outbox.ts';
export { dialNode };

/** A client that also knows `chat://`, `chats://` and `unix:` addresses. */
export class ChatClient extends BrowserClient {
  static override dial = dialNode;
}
