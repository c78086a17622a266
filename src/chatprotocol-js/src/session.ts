import { fromHex, toHex, within } from './bytes.ts';
import type { FrameType } from './codec/types.ts';
import { ChatError, mayReconnect } from './errors.ts';
import type { ClientState, Me, Server } from './events.ts';
import type { NoticeFrame } from './generated/admin.ts';
import { renamed } from './generated/names.ts';
import { hello, login as loginType, quit } from './generated/session-requests.ts';
import type { LoggedInFrame } from './generated/session.ts';
import { Link } from './link.ts';
import type { ChatClientOptions, Login } from './options.ts';
import type { Parts } from './parts.ts';
import { needsTls } from './requests.ts';
import type { Dial } from './transport.ts';

const FirstDelay = 100;
const LongestDelay = 10_000;
/** A connection that lasts so long starts the delays anew. */
const Stable = 1000;
/** The span behind the announced time within which clients come back at random. */
const Spread = 1000;
const QuitTime = 2000;
/** How long requests wait while the transport takes no more. */
const FullTime = 25;

/** Keeps a connection that is logged in: makes it, and makes it again at random times further and further apart. */
export class Session {
  state: ClientState = 'connecting';
  error: ChatError | undefined;
  me: Me | undefined;
  server: Server | undefined;
  login: Login;
  readonly #parts: Parts;
  readonly #options: ChatClientOptions;
  readonly #dial: Dial;
  /** Whether the first failure ends it. */
  readonly #once: boolean;
  /** The connection that is logged in. */
  #link: Link | undefined;
  #attempted: Link | undefined;
  #wake: () => void = () => {};
  #unwatch: () => void = () => {};
  #onlineAt = 0;
  #isSuspended = false;
  #isHurried = false;
  #fullTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts, options: ChatClientOptions, login: Login, dial: Dial, once: boolean) {
    this.#parts = parts;
    this.#options = options;
    this.#dial = dial;
    this.#once = once;
    this.login = login;
  }

  /** Begins to connect. @throws TypeError for an address that the transport does not know. */
  start(): void {
    void this.#run(this.#attempt());
  }

  /** The connection that takes another request now. */
  get sendable(): Link | undefined {
    const link = this.#link;
    // One place is kept for the sign of life: the server reads no more requests than it takes.
    if (!link || link.ended || link.calls.size >= this.server!.limits['in-flight'] - 1)
      return undefined;
    if (link.hasRoom)
      return link;
    this.#fullTimer ??= setTimeout(() => {
      this.#fullTimer = undefined;
      this.#pump();
    }, FullTime);
    return undefined;
  }

  reconnectNow(): void {
    this.#isSuspended = false;
    this.#isHurried = !this.#link || !!this.#link.ended;
    this.#wake();
  }

  suspend(): void {
    this.#isSuspended = true;
    this.#wake();
    this.#attempted?.end(new ChatError('disconnected', 'the client is suspended'));
  }

  /** Gives up the connection; another one is made. */
  drop(error: ChatError): void {
    this.#link?.end(error);
  }

  async probe(): Promise<void> {
    const link = this.#link;
    if (!link)
      return this.reconnectNow();
    await this.#parts.later.rest!.probe(link);
    if (link.ended)
      this.reconnectNow();
  }

  /** The user has another name, by which whoever comes back logs in. */
  renamed(name: string): void {
    this.me = { ...this.me!, name };
    if ('name' in this.login)
      this.login = { ...this.login, name };
    this.#parts.emitter.emit('renamed', { name });
  }

  async close(saysQuit: boolean, error: ChatError): Promise<void> {
    const link = this.#link;
    this.#end(error);
    if (saysQuit && link)
      await within(QuitTime, link.ask(quit, {}).catch(() => undefined), undefined);
    this.#attempted?.end(error);
  }

  #end(error: ChatError): void {
    clearTimeout(this.#fullTimer);
    this.#set('closed', error);
    this.#wake();
  }

  #pump(): void {
    this.#parts.requests.pump();
    this.#parts.later.rest?.publisher.pump();
  }

  async #run(first: Promise<ChatError>): Promise<void> {
    let attempt = first;
    let failed = 0;
    let since = performance.now();
    for (;;) {
      const error = await attempt;
      // An error that comes before the names of errors gets its own then.
      if (error.code)
        await this.#parts.later.load().catch(() => undefined);
      if (this.#link) {
        // A connection that is lost again and again is no better than one that cannot be made.
        if (performance.now() - this.#onlineAt > Stable)
          failed = 0;
        since = performance.now();
        this.#link = undefined;
        this.#unwatch();
        this.#parts.rooms.disconnected();
        this.#parts.later.rest!.publisher.disconnected();
      }
      if (this.#isClosed)
        return;
      const isOver = this.#once && !this.me || performance.now() - since > (this.#options.reconnectFor ?? Infinity);
      if (!this.#isSuspended && (isOver || !mayReconnect(error)))
        return this.#end(error);
      this.#set('offline', error);
      await this.#delay(++failed, error);
      if (this.#isClosed)
        return;
      this.#set('connecting', error);
      attempt = this.#attempt();
    }
  }

  get #isClosed(): boolean {
    return this.state === 'closed';
  }

  async #delay(number: number, error: ChatError): Promise<void> {
    do {
      const backoff = Math.random() * Math.min(FirstDelay * 2 ** Math.min(number - 1, 16), LongestDelay);
      const { retryAfter, bye } = error;
      const delay = retryAfter === undefined ? backoff : retryAfter + (bye ? Math.random() * Spread : backoff);
      if (!this.#isHurried) {
        if (!this.#isSuspended)
          this.#parts.emitter.emit('reconnect', { number, delay, error });
        let timer: ReturnType<typeof setTimeout> | undefined;
        await new Promise<void>(resolve => {
          this.#wake = resolve;
          if (!this.#isSuspended)
            timer = setTimeout(resolve, Math.min(delay, 24 * 3600_000));
        });
        clearTimeout(timer);
      }
      this.#isHurried = false;
    } while (this.#isSuspended && !this.#isClosed);
  }

  /** Makes a connection and logs in; the failure that ended it, sooner or later. */
  #attempt(): Promise<ChatError> {
    let ended!: (error: ChatError) => void;
    const end = new Promise<ChatError>(resolve => ended = resolve);
    const { address, pin, connectTimeout = 10_000 } = this.#options;
    const link = this.#attempted = new Link({ address, pin, dial: this.#dial }, {
      receive: (...frame) => this.#receive(...frame),
      read: () => {
        this.#parts.rooms.flush();
        this.#pump();
      },
      end: ended,
    });
    const timeout = setTimeout(() => link.end(new ChatError('timed-out', `${address} did not answer in time`)), connectTimeout);
    link.opened.then(() => this.#open(link)).then(() => clearTimeout(timeout), (fault: ChatError) => link.end(fault));
    void end.then(() => clearTimeout(timeout));
    return end;
  }

  #receive(type: FrameType, code: number, values: Record<string, unknown>, bytes: number): void {
    if (this.#parts.rooms.receive(type, code, values, bytes))
      return;
    if (type === renamed)
      this.renamed(values['name'] as string);
    else
      // `notice` and `invited`, whose events have the fields of the frames.
      this.#parts.emitter.emit(type.name as 'notice', values as unknown as NoticeFrame);
  }

  async #open(link: Link): Promise<void> {
    const sent = Date.now();
    let clockOffset = 0;
    const [welcome, { defaultLimits, registration }] = await Promise.all([
      link.ask(hello, { major: 1, minor: 1, capabilities: ['post-keys', 'post-details'], agent: this.#options.agent ?? 'chat-js/0.1.0' },
        ({ time }) => clockOffset = time - (sent + Date.now()) / 2),
      this.#parts.later.load(),
    ]);
    if (welcome.minor === 0)
      throw new ChatError('unsupported-version', 'the server speaks version 1.0, which was never released', { field: 'minor' });
    const { server, agent, capabilities, durability } = welcome;
    this.server = {
      id: toHex(server),
      agent,
      capabilities,
      limits: { ...defaultLimits, ...welcome.limits },
      durability,
      clockOffset,
    };
    if (this.login.kind !== 'guest' && !link.confidential)
      throw needsTls();
    const logIn = () => this.#logIn(link, server);
    if (this.login.kind === 'register')
      await registration.run(link, this.login, logIn);
    else
      await logIn();
  }

  async #logIn(link: Link, server: Uint8Array): Promise<void> {
    const { inbox = true, window = 262_144 } = this.#options;
    const { publisher, credentialOf } = this.#parts.later.rest!;
    const credential = await credentialOf(this.login, server);
    await link.ask(loginType, { ...credential, publisher: fromHex(publisher.id), inbox, window }, reply => this.#loggedIn(link, reply));
  }

  #loggedIn(link: Link, { session, principal, name, window }: LoggedInFrame): void {
    // Longer frames may come in the same read.
    link.raiseLimit(this.server!.limits.frame);
    this.me = { session, principal, name };
    if (this.login.kind === 'register')
      this.login = { ...this.login, kind: 'password' };
    this.#link = link;
    this.#unwatch = this.#parts.later.rest!.watch(link, this.#options);
    this.#onlineAt = performance.now();
    this.#parts.rooms.connected(link, window);
    this.#parts.emitter.emit('logged-in', this.me);
    this.#pump();
    this.#set('online');
  }

  #set(state: ClientState, error?: ChatError): void {
    if (this.#isClosed || this.state === state)
      return;
    this.state = state;
    this.error = error;
    this.#parts.emitter.emit('state', { state, ...(error && { error }) });
  }
}
