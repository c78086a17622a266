import type { FieldsOf, ReplyOf, RequestType } from './codec/types.ts';
import { Emitter } from './emitter.ts';
import type { Entry, Gap, HistoryPage } from './entries.ts';
import type { ChatError } from './errors.ts';
import type { RoomEnd, RoomEvent, RoomEvents } from './events.ts';
import { leave as leaveType } from './generated/rooms-requests.ts';
import type { RoomInfoFrame } from './generated/rooms.ts';
import type { Collect } from './link.ts';
import type { Parts } from './parts.ts';
import type { Cursor, PostOptions } from './options.ts';
import type { Post } from './post.ts';
import { EventQueue } from './event-queue.ts';
import type { Rest } from './rest.ts';
import { addressOf, roomKinds, toInfo, type HistoryOptions, type Member, type RoomChange, type RoomInfo } from './room-info.ts';
import type { RoomMessages } from './room-messages.ts';
import type { Reactor } from './amending.ts';
import { toEntry } from './to-entry.ts';

type Requests = Rest['requests'];

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
    return this.#rest.publisher.posts.filter(post => post.address === this.address);
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
    return this.#rest.loop(this.#queue);
  }

  /** Posts a text: at once, if offline once there is a connection, and exactly once. Throws a RangeError for a text that the server would refuse as too long or empty. */
  post(text: string, options: PostOptions = {}): Post {
    return this.#rest.publisher.post(this, text, options);
  }

  /** A page of the past: the newest if neither `before` nor `after` is given. */
  history(options: HistoryOptions = {}): Promise<HistoryPage> {
    return this.#rest.history(this, options);
  }

  /** A keeper of this room's messages as they are by now; it is given what events and pages tell. */
  messages(): RoomMessages {
    return new this.#rest.RoomMessages(this.#parts.session.me!.principal);
  }

  /** Gives an own message another text. Resolves to the entry's seq, null if it has that text already. */
  edit(seq: number, text: string): Promise<number | null> {
    return this.#rest.amending.edit(this, seq, text);
  }

  /** Takes a message back, an own one or as a moderator: no text of it is left anywhere. */
  retract(seq: number): Promise<number | null> {
    return this.#rest.amending.retract(this, seq);
  }

  /** Reacts to a message, or does so no more. */
  react(seq: number, reaction: string, on = true): Promise<number | null> {
    return this.#rest.amending.react(this, seq, reaction, on);
  }

  /** Pins a message, or does so no more. */
  pin(seq: number, on = true): Promise<number | null> {
    return this.#rest.amending.pin(this, seq, on);
  }

  /** The seqs of the pinned messages. */
  pins(): Promise<readonly number[]> {
    return this.#rest.amending.pins(this);
  }

  /** The seqs of the messages of a thread, which began with the message `root`. */
  thread(root: number): Promise<readonly number[]> {
    return this.#rest.amending.thread(this, root);
  }

  /** Everybody's reactions to a message. */
  reactions(seq: number): Promise<readonly Reactor[]> {
    return this.#rest.amending.reactions(this, seq);
  }

  /** Everybody who is there now. */
  members(): Promise<readonly Member[]> {
    return this.#rest.listMembers(this.#parts.requests, this);
  }

  /** Ends the membership; no event of the room comes behind it but `ended`. The room may still be posted to. */
  async leave(): Promise<void> {
    if (!this.#joined)
      return;
    try {
      if (this.delivers) {
        this.#queue.endCredit();
        await this.request(leaveType, () => ({ room: this.#id }), () => this.end('left'));
      }
    } finally {
      // A membership ends with its connection, too, and a refusal says that there is none.
      this.end('left');
    }
  }

  /** Changes settings; resolves to the entry's seq, null if nothing changed. */
  async change({ moderated, archived, ...words }: RoomChange): Promise<number | null> {
    const toInt = (flag: boolean | undefined) => flag === undefined ? null : Number(flag);
    return (await this.#ask('changeRoom', { ...words, moderated: toInt(moderated), archived: toInt(archived) })).seq;
  }

  /** Gives or takes a role: 0 none to 3 owner. */
  async setRole(name: string, role: number, reason = ''): Promise<void> {
    await this.#ask('setRole', { name, role, reason });
  }

  /** 0 lifts, 1 mutes, 2 bans, for so many milliseconds or for good. */
  async restrict(name: string, restriction: number, lasts?: number, reason = ''): Promise<void> {
    await this.#ask('restrict', { name, restriction, for: lasts, reason });
  }

  /** Erases the text of an entry. */
  async erase(seq: number): Promise<void> {
    await this.#ask('erase', { seq });
  }

  /** Tells the moderators of an entry. */
  async report(seq: number, reason = ''): Promise<void> {
    await this.#ask('report', { seq, reason });
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
    const entry = this.entryOf(code, values);
    this.#own.delete(seq);
    this.received = seq;
    this.sawHead(seq);
    this.#queue.addEntry(this, entry, bytes, this.epoch);
    const info = this.#rest.follow(entry, this.#queue, this.#info, this.#parts.session.me!.principal);
    if (info && seq > this.#settingsAt) {
      this.#info = info;
      this.add({ type: 'info', room: this });
    }
    return true;
  }

  /** @internal The entry of a frame, with the post that it was. */
  entryOf(code: number, values: Record<string, unknown>): Entry {
    return toEntry(code, values, this.#own.get(values['seq'] as number));
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

  /** @internal Asks something about this room, once its id is known. */
  request<F, R>(type: RequestType<F, R>, fields: () => F, take?: (reply: R) => Collect | void): Promise<R> {
    this.#parts.rooms.ensure(this);
    return this.#parts.requests.request(type, fields, this, take);
  }

  /** Asks what is not asked for often. */
  #ask<K extends keyof Requests>(name: K, fields: Omit<FieldsOf<Requests[K]>, 'room'>): Promise<ReplyOf<Requests[K]>> {
    return this.request(this.#rest.requests[name] as RequestType<object, ReplyOf<Requests[K]>>, () => ({ room: this.#id, ...fields }));
  }

  /** It is there: no room is known before a login. */
  get #rest(): Rest {
    return this.#parts.later.rest!;
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
}
