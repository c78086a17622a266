import { within } from './bytes.ts';
import { brokenProtocol, ChatError, refusal } from './errors.ts';
import type { FrameType } from './codec/types.ts';
import { entryType } from './entry-types.ts';
import { erased } from './generated/messages.ts';
import { gap, lag, type GapFrame, type LagFrame } from './generated/delivery.ts';
import { presence } from './generated/presence.ts';
import { expelled, type ExpelledFrame } from './generated/room-roles.ts';
import { join, leave, open, privateRoom, roomInfo, roomRemoved, rooms as roomsType, type PrivateRoomFrame, type RoomInfoFrame } from './generated/rooms.ts';
import type { Link } from './link.ts';
import type { Parts } from './parts.ts';
import { addressOf, ChatRoom } from './room.ts';
import { toGap } from './to-entry.ts';

/** How long a room is joined later, so that the answers of repeated posts come before their entries. */
const RepeatTime = 2000;

/** How long the server is left alone that could not open a room just now. */
const RetryTime = 1000;

/** Where to read a room from; undefined for its head. */
export interface Place {
  readonly seq: number;
  readonly epoch: number | undefined;
}

/** The rooms that a client has seen, and which of them deliver to it. They outlive connections. */
export class Rooms {
  readonly #parts: Parts;
  readonly #all = new Set<ChatRoom>();
  /** By their ids on the present connection. */
  #byId = new Map<number, ChatRoom>();
  readonly #touched = new Set<ChatRoom>();
  /** The rooms that are being found, each on a connection: what began on an earlier one comes to nothing. */
  readonly #finding = new Map<ChatRoom, Link>();
  #link: Link | undefined;
  #window: number | null = null;
  /** The names of the others of private rooms, which may have changed. */
  #peers = new Map<number, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get joined(): ChatRoom[] {
    return [...this.#all].filter(room => room.joined);
  }

  byId(id: number): ChatRoom | undefined {
    return this.#byId.get(id);
  }

  /** The room of an answer: one that is known, or a new one. */
  know(frame: RoomInfoFrame, isWanted: boolean): ChatRoom {
    let room = this.#byId.get(frame.room) ?? [...this.#all].find(one => !one.placed && isSame(one, frame) && (frame.kind === 1 || one.name === frame.name));
    if (room)
      room.told(frame);
    else
      this.#all.add(room = new ChatRoom(this.#parts, frame));
    room.idle = false;
    room.wanted ||= isWanted;
    this.#place(room, frame);
    return room;
  }

  /** A room that an earlier run has posted to: it is found once it is used. */
  expect({ kind, address, peer }: { readonly kind: number; readonly address: string; readonly peer: number | null }): ChatRoom {
    const name = address.replace(/^@/, '');
    // The peer of a private room may have another name by now.
    const known = [...this.#all].find(one => one.kind === kind && one.peer === peer && (kind === 1 || one.address === address));
    if (known)
      return known;
    const room = new ChatRoom(this.#parts, { ...noRoom, kind, name, room: kind === 2 ? Number(address) : 0, peer });
    room.wanted = kind === 0;
    room.idle = true;
    this.#all.add(room);
    return room;
  }

  /** A room that is to be used again, also one that was refused. */
  ensure(room: ChatRoom): void {
    room.idle = false;
    this.#all.add(room);
    void this.find(room);
  }

  /** The room of a join's answer, which delivers from its cursor on. */
  deliver(frame: RoomInfoFrame, presence: number, asked: Place | undefined, isRewound: boolean): ChatRoom {
    const room = this.know(frame, true);
    room.presence = presence;
    if (isRewound)
      room.add({ type: 'rewound', room, seq: asked!.seq });
    this.#deliver(room, frame, asked?.seq);
    return room;
  }

  connected(link: Link, window: number | null): void {
    this.#link = link;
    this.#window = window;
    this.#peers.clear();
    void this.#resume(link);
  }

  disconnected(): void {
    this.#link = undefined;
    this.#byId.clear();
    for (const room of this.#all)
      room.disconnected();
  }

  /** Finds the room again, and joins it if it was joined. Nothing happens if that is done or under way. */
  async find(room: ChatRoom): Promise<void> {
    const link = this.#link;
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

  /** A frame that answers nothing; false if it is none of a room. */
  receive(type: FrameType, code: number, values: Record<string, unknown>, bytes: number): boolean {
    if (type === privateRoom) {
      this.#opened(values as unknown as PrivateRoomFrame);
      return true;
    }
    const id = values['room'] as number;
    const room = this.#byId.get(id);
    const isEntry = entryType(code) === type;
    if (!room?.delivers) {
      if (isEntry && !room)
        throw brokenProtocol(`an entry came from room ${id}, which was not joined`);
      return isEntry || type === gap || type === presence || type === lag || type === erased || type === roomRemoved || type === expelled;
    }
    this.#touched.add(room);
    if (isEntry && !room.receive(code, values, bytes) || type === gap && !room.pass(toGap(values as unknown as GapFrame)))
      throw brokenProtocol(`'${type.name}' came behind entry ${room.received} of room ${id}`);
    return isEntry || type === gap || this.#tell(room, type, values);
  }

  /** Hands over what the last read has brought. */
  flush(): void {
    for (const room of this.#touched)
      room.flush();
    this.#touched.clear();
  }

  #tell(room: ChatRoom, type: FrameType, values: unknown): boolean {
    if (type === presence || type === lag || type === erased) {
      room.sawHead((values as LagFrame).head ?? 0);
      // The events have the fields of the frames.
      room.add({ ...values as LagFrame, type: type.name as 'lag', room });
    } else if (type === roomRemoved) {
      this.#gone(room);
      room.end('removed', 'the room was removed');
    } else if (type === expelled) {
      room.end('expelled', (values as ExpelledFrame).reason);
    } else {
      return false;
    }
    return true;
  }

  #opened(frame: PrivateRoomFrame): void {
    const { peer, cursor } = frame;
    // One that is joined again at its own cursor passes over what comes because of this, and gets it then.
    const resuming = [...this.#all].find(one => one.joined && !one.delivers && one.peer === peer);
    if (resuming) {
      this.#byId.set(frame.room, resuming);
      return;
    }
    const known = this.#byId.get(frame.room);
    const isNew = !known?.joined;
    const room = known ?? this.know({ ...noRoom, ...frame, kind: 1, head: cursor }, false);
    // The server's inbox may have left a quiet room; another membership begins where it stood (CP-ROM-022).
    this.#deliver(room, frame, room.joined ? room.received : undefined);
    if (isNew)
      this.#parts.emitter.emit('private-room', { room });
  }

  #deliver(room: ChatRoom, frame: { readonly cursor: number; readonly epoch: number }, asked: number | undefined): void {
    const link = this.#link!;
    const credit = this.#window === null ? undefined : (bytes: number) => link.taken(room.id, bytes);
    room.deliver(frame, credit, this.#window ?? 0, asked);
    this.#touched.add(room);
  }

  #place(room: ChatRoom, frame: RoomInfoFrame): void {
    if (room.placed || !this.#link || (this.#byId.get(frame.room) ?? room) !== room)
      return;
    room.placed = true;
    this.#byId.set(frame.room, room);
    this.#parts.publisher.placed(room);
    this.#parts.requests.pump();
  }

  async #resume(link: Link): Promise<void> {
    const all = [...this.#all];
    try {
      if (all.some(room => room.kind === 1))
        await this.#listPeers(link);
    } catch {
      return;
    }
    all.forEach(room => void this.find(room));
  }

  async #listPeers(link: Link): Promise<void> {
    let after = 0;
    let more = true;
    while (more) {
      const list = await link.ask(roomsType, { after });
      for (const { room, kind, name } of list.rooms)
        if (kind === 1)
          this.#peers.set(room, name);
      more = list.more && list.rooms.length > 0;
      after = list.rooms.at(-1)?.room ?? 0;
    }
  }

  async #find(link: Link, room: ChatRoom): Promise<void> {
    const repeats = this.#parts.publisher.toRepeat(room);
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
      this.#deliver(room, frame, from.seq);
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
      this.#place(room, frame);
    }
    return isFound;
  }

  #check(room: ChatRoom, frame: RoomInfoFrame): void {
    if (!isSame(room, frame))
      throw refusal(301, `${room.address} is another room now`);
  }

  #gone(room: ChatRoom): void {
    this.#byId.delete(room.id);
    room.placed = room.wanted = false;
    this.#refuse(room, refusal(301, 'the room was removed'));
  }

  #lost(room: ChatRoom, error: ChatError): void {
    room.end('refused', error.message, error);
    this.#refuse(room, error);
  }

  /** Requests and posts that wait for the room are refused. The room stays known: whoever opens it again goes on with its counters. */
  #refuse(room: ChatRoom, error: ChatError): void {
    room.idle = true;
    this.#parts.publisher.lost(room, error);
    this.#parts.requests.lost(room, error);
  }
}

/** A room of which little is known. */
const noRoom = Object.fromEntries(roomInfo.fields.map(({ name, fallback }) => [name, fallback ?? 0])) as unknown as RoomInfoFrame;

/** Whether an answer tells of the room: another user may have the peer's name by now, and another room by invitation the id. */
const isSame = (room: ChatRoom, frame: RoomInfoFrame) =>
  room.kind === frame.kind && room.peer === frame.peer && (frame.kind !== 2 || room.name === frame.name);
