import { brokenProtocol, refusal, type ChatError } from './errors.ts';
import type { FrameType } from './codec/types.ts';
import { entryType } from './entry-types.ts';
import { erased } from './generated/messages.ts';
import { gap, lag, type GapFrame, type LagFrame } from './generated/delivery.ts';
import { presence } from './generated/presence.ts';
import { expelled, type ExpelledFrame } from './generated/room-roles.ts';
import { privateRoom, roomInfo, roomRemoved, type PrivateRoomFrame, type RoomInfoFrame } from './generated/rooms.ts';
import type { Link } from './link.ts';
import type { Parts } from './parts.ts';
import { ChatRoom } from './room.ts';
import { toGap } from './to-entry.ts';

/** Where to read a room from; undefined for its head. */
export interface Place {
  readonly seq: number;
  readonly epoch: number | undefined;
}

/** The rooms that a client has seen, and which of them deliver to it. They outlive connections. */
export class Rooms {
  readonly #parts: Parts;
  /** All of them, in the order in which they were seen. */
  readonly all = new Set<ChatRoom>();
  /** By their ids on the present connection. */
  #byId = new Map<number, ChatRoom>();
  readonly #touched = new Set<ChatRoom>();
  /** The present connection. */
  link: Link | undefined;
  #window: number | null = null;
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get joined(): ChatRoom[] {
    return [...this.all].filter(room => room.joined);
  }

  /** The room of an answer: one that is known, or a new one. */
  know(frame: RoomInfoFrame, isWanted: boolean): ChatRoom {
    let room = this.#byId.get(frame.room) ?? [...this.all].find(one => !one.placed && isSame(one, frame) && (frame.kind === 1 || one.name === frame.name));
    if (room)
      room.told(frame);
    else
      this.all.add(room = new ChatRoom(this.#parts, frame));
    room.idle = false;
    room.wanted ||= isWanted;
    this.place(room, frame);
    return room;
  }

  /** A room that is to be used again, also one that was refused. */
  ensure(room: ChatRoom): void {
    room.idle = false;
    this.all.add(room);
    void this.#parts.later.rest?.finder.find(room);
  }

  /** The room of a join's answer, which delivers from its cursor on. */
  deliver(frame: RoomInfoFrame, presence: number, asked: Place | undefined, isRewound: boolean): ChatRoom {
    const room = this.know(frame, true);
    room.presence = presence;
    if (isRewound)
      room.add({ type: 'rewound', room, seq: asked!.seq });
    this.begin(room, frame, asked?.seq);
    return room;
  }

  connected(link: Link, window: number | null): void {
    this.link = link;
    this.#window = window;
    void this.#parts.later.rest!.finder.resume(link);
  }

  disconnected(): void {
    this.link = undefined;
    this.#byId.clear();
    for (const room of this.all)
      room.disconnected();
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
    const resuming = [...this.all].find(one => one.joined && !one.delivers && one.peer === peer);
    if (resuming) {
      this.#byId.set(frame.room, resuming);
      return;
    }
    const known = this.#byId.get(frame.room);
    const isNew = !known?.joined;
    const room = known ?? this.know({ ...noRoom, ...frame, kind: 1, head: cursor }, false);
    // The server's inbox may have left a quiet room; another membership begins where it stood (CP-ROM-022).
    this.begin(room, frame, room.joined ? room.received : undefined);
    if (isNew)
      this.#parts.emitter.emit('private-room', { room });
  }

  /** Entries come from here on. */
  begin(room: ChatRoom, frame: { readonly cursor: number; readonly epoch: number }, asked: number | undefined): void {
    const link = this.link!;
    const credit = this.#window === null ? undefined : (bytes: number) => link.taken(room.id, bytes);
    room.deliver(frame, credit, this.#window ?? 0, asked);
    this.#touched.add(room);
  }

  /** The room's id on this connection is known. */
  place(room: ChatRoom, frame: RoomInfoFrame): void {
    if (room.placed || !this.link || (this.#byId.get(frame.room) ?? room) !== room)
      return;
    room.placed = true;
    this.#byId.set(frame.room, room);
    this.#parts.later.rest!.publisher.placed(room);
    this.#parts.requests.pump();
  }

  #gone(room: ChatRoom): void {
    this.#byId.delete(room.id);
    room.placed = room.wanted = false;
    this.refuse(room, refusal(301, 'the room was removed'));
  }

  /** Requests and posts that wait for the room are refused. The room stays known: whoever opens it again goes on with its counters. */
  refuse(room: ChatRoom, error: ChatError): void {
    room.idle = true;
    this.#parts.later.rest!.publisher.lost(room, error);
    this.#parts.requests.lost(room, error);
  }
}

/** A room of which little is known. */
export const noRoom = Object.fromEntries(roomInfo.fields.map(({ name, fallback }) => [name, fallback ?? 0])) as unknown as RoomInfoFrame;

/** Whether an answer tells of the room: another user may have the peer's name by now, and another room by invitation the id. */
export const isSame = (room: ChatRoom, frame: RoomInfoFrame) =>
  room.kind === frame.kind && room.peer === frame.peer && (frame.kind !== 2 || room.name === frame.name);
