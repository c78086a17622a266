import type { ChatError } from './errors.ts';
import { edit, pin, pins, react, reactions, retract, threadMessages } from './generated/amendments-requests.ts';
import { list } from './lists.ts';
import type { ChatRoom } from './room.ts';

/** Somebody's reaction to a message. */
export interface Reactor {
  readonly principal: number;
  readonly name: string;
  readonly reaction: string;
}

/** What changes a message, and what tells of changed ones. Each says how it is to be, so it may be sent again. */
export const amending = {
  edit: async (room: ChatRoom, seq: number, text: string) => (await room.request(edit, () => ({ room: room.id, seq, text }))).seq,
  react: async (room: ChatRoom, seq: number, reaction: string, on: boolean) =>
    (await room.request(react, () => ({ room: room.id, seq, reaction, on }))).seq,
  pin: async (room: ChatRoom, seq: number, on: boolean) => (await room.request(pin, () => ({ room: room.id, seq, on }))).seq,
  retract: async (room: ChatRoom, seq: number) => {
    let sent = 0;
    try {
      const fields = () => {
        sent++;
        return { room: room.id, seq };
      };
      return (await room.request(retract, fields)).seq;
    } catch (fault) {
      // The first one was carried out, and its answer lost with the connection.
      if (sent > 1 && (fault as ChatError).code === 'no-such-entry')
        return null;
      throw fault;
    }
  },
  pins: async (room: ChatRoom): Promise<readonly number[]> => (await room.request(pins, () => ({ room: room.id }))).seqs.map(({ seq }) => seq),
  thread: async (room: ChatRoom, root: number): Promise<readonly number[]> => {
    const ask = (after: number) => room.request(threadMessages, () => ({ room: room.id, root, after }));
    return (await list(ask, reply => reply.seqs, ({ seq }) => seq)).map(({ seq }) => seq);
  },
  reactions: (room: ChatRoom, seq: number): Promise<readonly Reactor[]> =>
    list(after => room.request(reactions, () => ({ room: room.id, seq, after })), reply => reply.reactions, ({ principal }) => principal),
};
