import type { RequestType } from './codec/types.ts';
import { Emitter } from './emitter.ts';
import type { Entry, Gap, HistoryPage } from './entries.ts';
import type { ChatError } from './errors.ts';
import type { RoomEnd, RoomEvent, RoomEvents } from './events.ts';
import { history as historyType } from './generated/history.ts';
import { changeRoom, report as reportType, restrict as restrictType, setRole as setRoleType } from './generated/room-roles.ts';
import { erase as eraseType } from './generated/admin.ts';
import { leave as leaveType, type RoomInfoFrame } from './generated/rooms.ts';
import type { Page } from './link.ts';
import { listMembers } from './lists.ts';
import type { Parts } from './parts.ts';
import type { Cursor, PostOptions } from './options.ts';
import type { Post } from './post.ts';
import { EventQueue } from './event-queue.ts';
import { toEntry, toGap } from './to-entry.ts';

/** The kinds of rooms; `invitation` is seen only by those with a role there, and addressed by its id. */
export type RoomKind = 'public' | 'private' | 'invitation';

/** The kinds by their numbers on the wire. */
export const roomKinds: readonly RoomKind[] = ['public', 'private', 'invitation'];

/** The name that a room of a kind is joined by. */
export const addressOf = (kind: number, name: string, id: number) => kind === 1 ? `@${name}` : kind === 2 ? String(id) : name;

/** A room as the server told it last; its settings and the own role are kept up to date by the entries. */
export interface RoomInfo {
  readonly kind: RoomKind;
  /** Its name; that of a private room is the other's. */
  readonly name: string;
  readonly epoch: number;
  /** The first seq of the epoch, and the first that is kept. */
  readonly first: number;
  readonly oldest: number;
  /** The other principal of a private room. */
  readonly peer: number | null;
  readonly title: string;
  readonly topic: string;
  readonly moderated: boolean;
  readonly archived: boolean;
  /** Milliseconds that a principal below moderator waits between two posts. */
  readonly slow: number;
  /** The own role: 0 none, 1 member, 2 moderator, 3 owner. */
  readonly role: number;
  /** The own restriction: 0 none, 1 muted, 2 banned; and when it ends, 0 for never. */
  readonly restriction: number;
  readonly until: number;
}

/** A member of a room. */
export interface Member {
  readonly principal: number;
  readonly name: string;
  readonly sessions: number;
}

/** Which page of the past. `limit` is 100 by default, at most the server's limit `page`; times are of entries. */
export interface HistoryOptions {
  readonly before?: number;
  readonly after?: number;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

/** A change of a room; what is absent stays. `slow` is in milliseconds. */
export interface RoomChange {
  readonly title?: string;
  readonly topic?: string;
  readonly moderated?: boolean;
  readonly archived?: boolean;
  readonly slow?: number;
}

/** A room: where things are said and read. It outlives connections. */
export class ChatRoom {
  readonly #parts: Parts;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #queue: EventQueue;
  #info: RoomInfo;
  #id: number;
  #head = 0;
  #cursor: Cursor;
  #joined = false;
  #settingsAt = 0;
  /** Posts that are told stored, by the seq of the entry that is still to come. */
  readonly #own = new Map<number, Post>();
  /** @internal Behind the last entry that came. */
  received: number;
  /** @internal The epoch in which that is counted. */
  epoch: number;
  /** @internal Whether its id on this connection is known. */
  placed = false;
  /** @internal Whether entries come on this connection. */
  delivers = false;
  /** @internal What to join it with. */
  presence = 0;
  /** @internal Whether nothing needs it on the next connection. */
  idle = false;
  /** @internal Whether it is to be created again if it is gone. */
  wanted = false;

  /** @internal */
  constructor(parts: Parts, frame: RoomInfoFrame) {
    this.#parts = parts;
    this.#queue = new EventQueue(() => this.#hasListeners, event => this.#emit(event));
    this.#info = toInfo(frame);
    this.#id = frame.room;
    this.#cursor = { seq: frame.cursor, epoch: frame.epoch };
    this.received = frame.cursor;
    this.epoch = frame.epoch;
    this.told(frame);
  }

  /** Its id on the server; a restored one may give it another. */
  get id(): number {
    return this.#id;
  }

  get info(): RoomInfo {
    return this.#info;
  }

  get name(): string {
    return this.#info.name;
  }

  /** The name to join it by: its own, `@` and the other's name, or the id in digits. */
  get address(): string {
    return addressOf(this.kind, this.name, this.#id);
  }

  /** The kind and the other principal as the wire has them. */
  get kind(): number {
    return roomKinds.indexOf(this.#info.kind);
  }

  get peer(): number | null {
    return this.#info.peer;
  }

  /** Whether its entries come, perhaps once there is a connection again. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Behind the last entry that was handed over: keep it to go on from there. */
  get cursor(): Cursor {
    return this.#cursor;
  }

  /** The seq of the last known entry, 0 for none. */
  get head(): number {
    return this.#head;
  }

  /** Posts of this room that are not stored, refused ones included, in their order. */
  get posts(): readonly Post[] {
    return this.#parts.posts().filter(post => post.address === this.address);
  }

  /**
   * Calls the listener for each event, until the returned function is called. Events before the first listener of `entries`
   * wait for it. If the listener returns a promise, the bytes are credited once that is fulfilled.
   */
  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void | Promise<void>): () => void {
    const off = this.#emitter.on(type, listener);
    // What waits is told once the caller has added its other listeners.
    queueMicrotask(() => this.flush());
    return off;
  }

  /** The room's events in their order, until it ends. An event is credited when the next one is asked for; only one loop at a time. */
  events(): AsyncIterableIterator<RoomEvent> {
    return this.#queue.events();
  }

  /** Posts a text: at once, if offline once there is a connection, and exactly once. Throws a RangeError for a text that the server would refuse as too long or empty. */
  post(text: string, options: PostOptions = {}): Post {
    return this.#parts.publisher.post(this, text, options);
  }

  /** A page of the past: the newest if neither `before` nor `after` is given. */
  async history(options: HistoryOptions = {}): Promise<HistoryPage> {
    const { limit = 100, ...range } = options;
    const reply: unknown = await this.#request(historyType, () => ({ room: this.#id, count: limit, ...range }));
    const { page, entries, gaps } = reply as Page;
    const all = entries.map(({ code, values }) => toEntry(code, values, this.#own.get(values['seq'] as number)));
    const places = [...all.map(entry => entry.seq), ...gaps.flatMap(gap => [gap.first, gap.last])].sort((a, b) => a - b);
    this.sawHead(page.head);
    return {
      ...page,
      entries: all,
      gaps: gaps.map(toGap),
      first: places[0] ?? 0,
      last: places.at(-1) ?? 0,
    };
  }

  /** Everybody who is there now. */
  members(): Promise<readonly Member[]> {
    return listMembers(this.#parts.requests, this);
  }

  /** Ends the membership; no event of the room comes behind it but `ended`. The room may still be posted to. */
  async leave(): Promise<void> {
    if (!this.#joined)
      return;
    try {
      if (this.delivers) {
        this.#queue.endCredit();
        await this.#request(leaveType, () => ({ room: this.#id }), () => this.end('left'));
      }
    } finally {
      // A membership ends with its connection, too, and a refusal says that there is none.
      this.end('left');
    }
  }

  /** Changes settings; resolves to the entry's seq, null if nothing changed. */
  async change({ moderated, archived, ...words }: RoomChange): Promise<number | null> {
    const toInt = (flag: boolean | undefined) => flag === undefined ? null : Number(flag);
    const { seq } = await this.#request(changeRoom, () =>
      ({ room: this.#id, ...words, moderated: toInt(moderated), archived: toInt(archived) }));
    return seq;
  }

  /** Gives or takes a role: 0 none to 3 owner. */
  async setRole(name: string, role: number, reason = ''): Promise<void> {
    await this.#request(setRoleType, () => ({ room: this.#id, name, role, reason }));
  }

  /** 0 lifts, 1 mutes, 2 bans, for so many milliseconds or for good. */
  async restrict(name: string, restriction: number, lasts?: number, reason = ''): Promise<void> {
    await this.#request(restrictType, () => ({ room: this.#id, name, restriction, for: lasts, reason }));
  }

  /** Erases the text of an entry. */
  async erase(seq: number): Promise<void> {
    await this.#request(eraseType, () => ({ room: this.#id, seq }));
  }

  /** Tells the moderators of an entry. */
  async report(seq: number, reason = ''): Promise<void> {
    await this.#request(reportType, () => ({ room: this.#id, seq, reason }));
  }

  /** @internal The server tells the room as it is at this place of the stream. */
  told(frame: RoomInfoFrame): void {
    this.#id = frame.room;
    this.#info = toInfo(frame);
    // Also lower than before: of a room that was removed and made anew, or restored.
    this.#settingsAt = this.#head = frame.head;
  }

  /** @internal Entries come from here on, on another connection perhaps. Those between `asked` and here are not kept any more. */
  deliver(frame: { readonly cursor: number; readonly epoch: number }, credit: ((bytes: number) => void) | undefined, window: number, asked?: number): void {
    if (!this.#joined)
      this.#cursor = { seq: frame.cursor, epoch: frame.epoch };
    this.epoch = frame.epoch;
    this.#joined = this.delivers = true;
    if (asked !== undefined && frame.cursor > asked)
      this.add({ type: 'gap', room: this, gap: { kind: 'gap', room: this.#id, first: asked + 1, last: frame.cursor, why: 'expired' } });
    this.received = frame.cursor;
    this.#queue.beginCredit(credit, window);
  }

  /** @internal An entry came; false if it is not the next one, which breaks the log's order. */
  receive(code: number, values: Record<string, unknown>, bytes: number): boolean {
    const seq = values['seq'] as number;
    if (seq !== this.received + 1)
      return false;
    const entry = toEntry(code, values, this.#own.get(seq));
    this.#own.delete(seq);
    this.received = seq;
    this.sawHead(seq);
    this.#queue.addEntry(this, entry, bytes, this.epoch);
    if (seq > this.#settingsAt)
      this.#follow(entry);
    return true;
  }

  /** @internal Entries do not come; false if others are missing before them. */
  pass(gap: Gap): boolean {
    if (gap.first !== this.received + 1 || gap.last < gap.first)
      return false;
    this.received = gap.last;
    this.sawHead(gap.last);
    this.add({ type: 'gap', room: this, gap });
    return true;
  }

  /** @internal */
  add(event: RoomEvent): void {
    this.#queue.add(event);
  }

  /** @internal Hands over what waits, if anybody takes it. */
  flush(): void {
    this.#queue.flush();
  }

  /** @internal */
  sawHead(seq: number): void {
    this.#head = Math.max(this.#head, seq);
  }

  /** @internal The post's entry is still to come. */
  stored(post: Post, seq: number): void {
    this.sawHead(seq);
    if (this.#joined && seq > this.received)
      this.#own.set(seq, post);
  }

  /** @internal The entries above this seq are void. */
  rewind(seq: number): void {
    this.received = this.#head = seq;
    this.#own.clear();
    this.add({ type: 'rewound', room: this, seq });
  }

  /** @internal The connection is over. */
  disconnected(): void {
    this.placed = this.delivers = false;
    this.#queue.endCredit();
  }

  /** @internal The room delivers no more. */
  end(why: RoomEnd, reason = '', error?: ChatError): void {
    if (!this.#joined)
      return;
    this.#joined = this.delivers = false;
    this.#own.clear();
    this.#queue.endCredit();
    this.add({ type: 'ended', room: this, why, reason, ...(error && { error }) });
    this.flush();
  }

  /** Asks something about this room, once its id is known. */
  #request<F, R>(type: RequestType<F, R>, fields: () => F, take?: (reply: R) => void): Promise<R> {
    this.#parts.rooms.ensure(this);
    return this.#parts.requests.request(type, fields, this, take);
  }

  get #hasListeners(): boolean {
    return this.#emitter.has('entries') || this.#parts.emitter.has('entries');
  }

  #emit(event: RoomEvent): Promise<void>[] {
    if (event.type === 'entries')
      this.#cursor = { seq: event.entries.at(-1)!.seq, epoch: event.epoch };
    else if (event.type === 'gap')
      this.#cursor = { seq: event.gap.last, epoch: this.epoch };
    else if (event.type === 'rewound')
      this.#cursor = { seq: event.seq };
    return [...this.#emitter.emit(event.type, event as never), ...this.#parts.emitter.emit(event.type, event as never)];
  }

  /** Keeps the settings and the own role as the entry says. */
  #follow(entry: Entry): void {
    if (entry.kind === 'room-changed') {
      const { title, topic, moderated, archived, slow } = entry;
      const changed = Object.entries({ title, topic, slow, moderated: toFlag(moderated), archived: toFlag(archived) });
      this.#info = { ...this.#info, ...Object.fromEntries(changed.filter(([, value]) => value !== null)) };
    } else if (entry.kind === 'role-changed' && entry.principal === this.#parts.session.me!.principal) {
      const { role, restriction, until } = entry;
      this.#info = { ...this.#info, role, restriction, until };
    } else {
      return;
    }
    this.add({ type: 'info', room: this });
  }
}

const toFlag = (int: number | null) => int === null ? null : int !== 0;

function toInfo(frame: RoomInfoFrame): RoomInfo {
  return { ...frame, kind: roomKinds[frame.kind] ?? 'public', moderated: !!frame.moderated, archived: !!frame.archived };
}
