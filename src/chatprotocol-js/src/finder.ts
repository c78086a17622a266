import { within } from './bytes.ts';
import { refusal, type ChatError } from './errors.ts';
import { roomsBy } from './lists.ts';
import { join, leave, open, rooms } from './generated/rooms-requests.ts';
import type { RoomInfoFrame } from './generated/rooms.ts';
import type { Link } from './link.ts';
import type { Parts } from './parts.ts';
import type { Post } from './post.ts';
import { ChatRoom } from './room.ts';
import { addressOf } from './room-info.ts';
import { isSame, noRoom, type Place } from './rooms.ts';

/** How long a room is joined later, so that the answers of repeated posts come before their entries. */
const RepeatTime = 2000;

/** How long the server is left alone that could not open a room just now. */
const RetryTime = 1000;

/** Finds the rooms of earlier connections and runs again, and joins those that were joined. */
export class Finder {
  readonly #parts: Parts;
  /** A room's posts that were sent on an earlier connection, and have to be repeated before anything else. */
  readonly #toRepeat: (room: ChatRoom) => Post[];
  /** The rooms that are being found, each on a connection: what began on an earlier one comes to nothing. */
  readonly #finding = new Map<ChatRoom, Link>();
  /** The names of the others of private rooms, which may have changed. */
  #peers = new Map<number, string>();

  constructor(parts: Parts, toRepeat: (room: ChatRoom) => Post[]) {
    this.#parts = parts;
    this.#toRepeat = toRepeat;
  }

  /** Finds all rooms again, on another connection. */
  async resume(link: Link): Promise<void> {
    this.#peers.clear();
    const all = [...this.#parts.rooms.all];
    try {
      if (all.some(room => room.kind === 1))
        await this.#listPeers(link);
    } catch {
      return;
    }
    all.forEach(room => void this.find(room));
  }

  /** Finds the room again, and joins it if it was joined. Nothing happens if that is done or under way. */
  async find(room: ChatRoom): Promise<void> {
    const link = this.#parts.rooms.link;
    if (!link || room.placed || room.idle || this.#finding.get(room) === link)
      return;
    this.#finding.set(room, link);
    try {
      await this.#find(link, room);
    } catch (fault) {
      const error = fault as ChatError;
      if (link.ended)
        return;
      // A server that is to be asked later has not refused the room.
      if (error.mayRetry && error.number !== 314 || error.failure === 'timed-out')
        setTimeout(() => void this.find(room), error.retryAfter ?? RetryTime);
      else
        this.#lost(room, error);
    } finally {
      if (this.#finding.get(room) === link)
        this.#finding.delete(room);
    }
  }

  /** A room that an earlier run has posted to: it is found once it is used. */
  expect({ kind, address, peer }: { readonly kind: number; readonly address: string; readonly peer: number | null }): ChatRoom {
    const name = address.replace(/^@/, '');
    // The peer of a private room may have another name by now.
    const known = [...this.#parts.rooms.all].find(one => one.kind === kind && one.peer === peer && (kind === 1 || one.address === address));
    if (known)
      return known;
    const room = new ChatRoom(this.#parts, { ...noRoom, kind, name, room: kind === 2 ? Number(address) : 0, peer });
    room.wanted = kind === 0;
    room.idle = true;
    this.#parts.rooms.all.add(room);
    return room;
  }

  async #listPeers(link: Link): Promise<void> {
    for (const { room, kind, name } of await roomsBy(after => link.ask(rooms, { after })))
      if (kind === 1)
        this.#peers.set(room, name);
  }

  async #find(link: Link, room: ChatRoom): Promise<void> {
    const repeats = this.#toRepeat(room);
    const name = room.kind === 1 ? addressOf(1, this.#peers.get(room.id) ?? room.name, room.id) : room.address;
    // A private room and one by invitation are joined only once they are known to be the same.
    if (!room.joined || room.kind !== 0 || repeats.length > 0)
      this.#check(room, await link.ask(open, { name, create: room.wanted && room.kind === 0 }, frame => this.#found(room, frame)));
    if (!room.joined)
      return;
    if (repeats.length > 0)
      await within(RepeatTime, Promise.allSettled(repeats.map(post => post.done)), []);
    try {
      await this.#join(link, room, name, { seq: room.received, epoch: room.epoch });
    } catch (fault) {
      const { number, value } = fault as ChatError;
      if (number !== 604 && number !== 605 || value === undefined)
        throw fault;
      room.rewind(value);
      await this.#join(link, room, name, { seq: value, epoch: undefined });
    }
  }

  async #join(link: Link, room: ChatRoom, name: string, from: Place): Promise<void> {
    const once = async () => this.#check(room, await link.ask(join, { name, presence: room.presence, after: from.seq, epoch: from.epoch }, frame => {
      if (!this.#found(room, frame) || !room.joined)
        return;
      this.#parts.rooms.begin(room, frame, from.seq);
      room.add({ type: 'resumed', room });
    }));
    try {
      await once();
    } catch (fault) {
      if ((fault as ChatError).number !== 304)
        throw fault;
      // The inbox has joined it right after the login, behind a gap.
      await link.ask(leave, { room: room.id });
      await once();
    }
  }

  #found(room: ChatRoom, frame: RoomInfoFrame): boolean {
    const isFound = isSame(room, frame);
    if (isFound) {
      room.told(frame);
      this.#parts.rooms.place(room, frame);
    }
    return isFound;
  }

  #check(room: ChatRoom, frame: RoomInfoFrame): void {
    if (!isSame(room, frame))
      throw refusal(301, `${room.address} is another room now`);
  }

  #lost(room: ChatRoom, error: ChatError): void {
    room.end('refused', error.message, error);
    this.#parts.rooms.refuse(room, error);
  }
}
