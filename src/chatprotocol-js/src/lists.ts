import { members } from './generated/presence-requests.ts';
import type { MemberListFrame } from './generated/presence.ts';
import { rooms } from './generated/rooms-requests.ts';
import type { RoomListFrame } from './generated/rooms.ts';
import type { Requests } from './requests.ts';
import type { ChatRoom } from './room.ts';
import { addressOf, roomKinds, type Member, type RoomKind } from './room-info.ts';

/** A room in the list of rooms. */
export interface RoomItem {
  readonly room: number;
  readonly kind: RoomKind;
  readonly name: string;
  /** The name to join it by. */
  readonly address: string;
  readonly head: number;
  readonly members: number;
  /** When the last entry was said; 0 for none. */
  readonly time: number;
}

/** Everybody in a room. */
export const listMembers = (requests: Requests, room: ChatRoom): Promise<readonly Member[]> =>
  list(after => requests.request(members, () => ({ room: room.id, after }), room), (reply: MemberListFrame) => reply.members, member => member.principal);

/** The rooms that the user may see. */
export async function listRooms(requests: Requests): Promise<readonly RoomItem[]> {
  const items = await roomsBy(after => requests.request(rooms, () => ({ after })));
  return items.map(item => ({ ...item, kind: roomKinds[item.kind] ?? 'public', address: addressOf(item.kind, item.name, item.room) }));
}

/** The rooms as the wire has them, by a way to ask for those behind one. */
export const roomsBy = (ask: (after: number) => Promise<RoomListFrame>) => list(ask, reply => reply.rooms, item => item.room);

/** Reads a list to its end. */
export async function list<R extends { readonly more: boolean }, T>(ask: (after: number) => Promise<R>, itemsOf: (reply: R) => readonly T[], idOf: (item: T) => number): Promise<T[]> {
  const all: T[] = [];
  for (let after = 0; ;) {
    const reply = await ask(after);
    const items = itemsOf(reply);
    all.push(...items);
    if (!reply.more || items.length === 0)
      return all;
    after = idOf(items.at(-1)!);
  }
}
