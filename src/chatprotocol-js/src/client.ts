import { randomBytes } from './bytes.ts';
import type { FieldsOf, ReplyOf, RequestType } from './codec/types.ts';
import { Emitter } from './emitter.ts';
import { ChatError } from './errors.ts';
import type { ClientEvents, ClientState, Me, Server } from './events.ts';
import { join as joinType, open as openType } from './generated/rooms-requests.ts';
import type { RoomInfoFrame } from './generated/rooms.ts';
import { Later } from './later.ts';
import type { ChatClientOptions, JoinOptions } from './options.ts';
import { MemoryOutbox } from './outbox-memory.ts';
import type { Outbox } from './outbox.ts';
import type { Post } from './post.ts';
import type { Parts } from './parts.ts';
import type { MakeSide } from './replays.ts';
import { Requests } from './requests.ts';
import type { RoomItem } from './lists.ts';
import type { ChatRoom } from './room.ts';
import { roomKinds } from './room-info.ts';
import { Rooms } from './rooms.ts';
import { Session } from './session.ts';
import type { Dial } from './transport.ts';
import { dialWebSocket } from './websocket.ts';

/**
 * A client of a chat server. It outlives its connections: calls take longer, rooms go on at their cursors, and each post is stored
 * exactly once.
 */
export class ChatClient {
  readonly #parts: Parts;
  readonly #secret: Uint8Array | undefined;
  readonly #outbox: Outbox;
  #outboxClosed: Promise<void> | undefined;

  /** Starts a client that connects by itself; calls wait until it is online. Throws a TypeError for an address that it does not know. */
  static start(options: ChatClientOptions): ChatClient {
    return new this(options);
  }

  /** Starts a client and waits until it is online. Rejected with the first failure, after which the client is closed. */
  static async connect(options: ChatClientOptions): Promise<ChatClient> {
    const client = new this(options, true);
    await client.online();
    return client;
  }

  /** @internal Use `start` or `connect`. */
  constructor(options: ChatClientOptions, once = false, publisher?: string) {
    let { login } = options;
    if (login.kind === 'guest') {
      this.#secret = login.secret ?? randomBytes(32);
      if (this.#secret.length !== 32)
        throw new RangeError('a guest\'s secret has 32 bytes');
      login = { ...login, secret: this.#secret };
    }
    this.#outbox = options.outbox ?? new MemoryOutbox();
    const Client = this.constructor as typeof ChatClient;
    const parts = { emitter: new Emitter() } as unknown as { -readonly [K in keyof Parts]: Parts[K] };
    this.#parts = parts;
    const makeSide: MakeSide = (publisher, outbox) => {
      const side = new Client({ ...options, login: parts.session.login, inbox: false, outbox }, false, publisher);
      return { parts: side.#parts, closed: side.closed, close: () => side.close() };
    };
    parts.later = new Later(({ Rest }) => new Rest(parts, this.#outbox, makeSide, publisher));
    parts.requests = new Requests(parts);
    parts.rooms = new Rooms(parts);
    parts.session = new Session(parts, options, login, options.dial ?? Client.dial, once);
    parts.emitter.on('logged-in', () => parts.later.rest!.publisher.adopt());
    parts.emitter.on('state', ({ state, error }) => state === 'closed' ? this.#over(error!) : undefined);
    parts.session.start();
    parts.later.load().catch(() => undefined);
  }

  get state(): ClientState {
    return this.#parts.session.state;
  }

  /** Why it is offline or closed. */
  get error(): ChatError | undefined {
    return this.#parts.session.error;
  }

  /** Its user, as of the last login; undefined before the first. */
  get me(): Me | undefined {
    return this.#parts.session.me;
  }

  /** The server, as of the last connection; undefined before the first. */
  get server(): Server | undefined {
    return this.#parts.session.server;
  }

  /** A guest's secret, to be kept: with it and the name the same user comes back. Undefined for others. */
  get secret(): Uint8Array | undefined {
    return this.#secret;
  }

  /** The rooms that deliver. */
  get joined(): readonly ChatRoom[] {
    return this.#parts.rooms.joined;
  }

  /** Posts that are not stored, refused ones and those of earlier runs included, in their order. */
  get posts(): readonly Post[] {
    return this.#parts.later.rest?.publisher.posts ?? [];
  }

  /** Why the outbox keeps nothing over the program's end, where that is so. */
  get volatile(): string | undefined {
    return this.#outbox.volatile;
  }

  /** Calls the listener for each event, until the returned function is called. */
  on<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void | Promise<void>): () => void {
    const off = this.#parts.emitter.on(type, listener);
    queueMicrotask(() => this.joined.forEach(room => room.flush()));
    return off;
  }

  /** Fulfilled when it is online next, or at once; rejected if it is closed. */
  async online(): Promise<void> {
    await this.#until(() => this.state === 'online' || this.state === 'closed');
    if (this.state === 'closed')
      throw this.error!;
  }

  /** Fulfilled once it is closed, by itself or by `close`; `error` says why. */
  get closed(): Promise<void> {
    return this.#until(() => this.state === 'closed');
  }

  /** Tries to connect now, however long the delay; also after `suspend`. */
  reconnectNow(): void {
    this.#parts.session.reconnectNow();
  }

  /** Asks the server for a sign of life, 3 seconds long, and connects anew without one. For the return from sleep. */
  probe(): Promise<void> {
    return this.#parts.session.probe();
  }

  /** Goes offline until `reconnectNow`, as a page does that is put into the back/forward cache. */
  suspend(): void {
    this.#parts.session.suspend();
  }

  /** Ends the client; says `quit` if no post is unanswered (CP-DEL-024). Posts in the outbox stay there. */
  async close(): Promise<void> {
    if (this.state === 'closed')
      return;
    const isDone = await this.#parts.later.rest?.publisher.isDone() ?? true;
    await this.#parts.session.close(isDone, new ChatError('closed', 'the client was closed'));
    await this.#outboxClosed;
  }

  /** The rooms that this user may see. */
  async rooms(): Promise<readonly RoomItem[]> {
    return (await this.#parts.later.load()).listRooms(this.#parts.requests);
  }

  /**
   * Joins a room by its name, `@` and a user's name, or its id; a public one that does not exist is created. One that is joined already is
   * given as it is.
   */
  async join(room: string | number, { from = 'head', presence = 'none' }: JoinOptions = {}): Promise<ChatRoom> {
    const name = String(room);
    const place = typeof from === 'object' ? { seq: from.seq, epoch: from.epoch } : from === 'oldest' ? { seq: 0, epoch: undefined } : undefined;
    const mode = ['none', 'count', 'all'].indexOf(presence);
    const join = async (at: typeof place, isRewound: boolean): Promise<ChatRoom> => {
      let joined: ChatRoom | undefined;
      await this.#parts.requests.request(joinType, () => ({ name, presence: mode, after: at?.seq, epoch: at?.epoch }), undefined,
        frame => void (joined = this.#parts.rooms.deliver(frame, mode, at, isRewound)));
      return joined!;
    };
    try {
      return await join(place, false);
    } catch (fault) {
      const { number, value } = fault as ChatError;
      // The server was restored: what lies above is not this room's any more.
      if ((number === 604 || number === 605) && value !== undefined)
        return await join({ seq: value, epoch: undefined }, true);
      if (number === 304)
        return await this.open(room);
      throw fault;
    }
  }

  /** Opens a room without joining it, to post and to read its past; `create` makes a public one that does not exist. */
  open(room: string | number, create = false): Promise<ChatRoom> {
    return this.#know(openType, { name: String(room), create }, create);
  }

  /** Makes a public room or one by invitation, owned by this user, without joining it. */
  async createRoom(kind: 'public' | 'invitation', name: string, topic = ''): Promise<ChatRoom> {
    return this.#know((await this.#parts.later.load()).requests.createRoom, { kind: roomKinds.indexOf(kind), name, topic }, true);
  }

  /** Takes another name. */
  async nick(name: string): Promise<void> {
    const { nick } = (await this.#parts.later.load()).requests;
    await this.#parts.requests.request(nick, () => ({ name }), undefined, reply => this.#parts.session.renamed(reply.name));
  }

  /** Blocks a user in private rooms. `frames.blocks` lists those blocked. */
  async block(name: string): Promise<void> {
    await this.request((await this.#parts.later.load()).requests.block, { name });
  }

  /** Blocks a user no more. */
  async unblock(name: string): Promise<void> {
    await this.request((await this.#parts.later.load()).requests.unblock, { name });
  }

  /**
   * Sends any request of the protocol: `client.request(frames.kick, { name: 'bob' })`. If the connection breaks before the
   * answer, it is sent again where that is safe, and rejected with the outcome `unknown` otherwise.
   */
  request<R extends RequestType>(type: R, fields: FieldsOf<R>): Promise<ReplyOf<R>> {
    return this.#parts.requests.request(type as unknown as RequestType<FieldsOf<R>, ReplyOf<R>>, () => fields);
  }

  /** @internal The way to the server, where the options name none. */
  static dial: Dial = dialWebSocket;

  async #know<F>(type: RequestType<F, RoomInfoFrame>, fields: F, isWanted: boolean): Promise<ChatRoom> {
    let room: ChatRoom | undefined;
    await this.#parts.requests.request(type, () => fields, undefined, frame => void (room = this.#parts.rooms.know(frame, isWanted)));
    return room!;
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!isSo())
          return;
        off();
        resolve();
      };
      const off = this.#parts.emitter.on('state', look);
      look();
    });
  }

  #over(error: ChatError): void {
    this.#parts.requests.close(error);
    const { rest } = this.#parts.later;
    this.#outboxClosed = rest?.publisher.close(error) ?? this.#parts.later.load().then(late => late.publisher.close(error), () => undefined);
    for (const room of this.joined)
      room.end('closed', error.message, error);
  }
}
