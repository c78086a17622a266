// Runs commands of a scenario with the TypeScript SDK: NDJSON on standard input and output, as spec/scenarios/README.md has it.
import { createInterface } from 'node:readline';
import { ChatClient, ChatError, type ChatClientOptions, type ChatRoom, type Entry, type JoinOptions } from 'chatprotocol/node';

interface Command {
  readonly id: number;
  readonly client: string;
  readonly do: string;
  readonly address: string;
  readonly name: string;
  readonly secret: string;
  readonly publisher?: string;
  readonly inbox?: boolean;
  readonly silence?: number;
  readonly room: string;
  readonly after?: number;
  readonly before?: number;
  readonly epoch?: number;
  readonly presence?: boolean;
  readonly create?: boolean;
  readonly text: string;
  readonly key?: string;
  readonly count: number;
  readonly seq: number;
  readonly reaction: string;
  readonly on?: boolean;
}

type Fields = Record<string, unknown>;

/** A client whose publisher is chosen, as a program has it that begins again; the SDK keeps that to itself and its outbox. */
class PublishingClient extends ChatClient {
  constructor(options: ChatClientOptions, publisher: string | undefined) {
    super(options, true, publisher);
  }
}

const write = (line: Fields) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** One client of a scenario. */
class Driven {
  readonly #client: ChatClient;
  readonly #name: string;
  /** Rooms by the names that the commands have for them. */
  readonly #rooms = new Map<string, ChatRoom>();
  #wasOnline = false;

  private constructor(name: string, client: ChatClient) {
    this.#name = name;
    this.#client = client;
    this.#listen();
  }

  static async connect(command: Command): Promise<Driven> {
    const options: ChatClientOptions = {
      address: command.address,
      login: { kind: 'guest', name: command.name, secret: Buffer.from(command.secret, 'hex') },
      inbox: command.inbox ?? false,
      ...(command.silence !== undefined && { keepAlive: command.silence }),
    };
    const client = new PublishingClient(options, command.publisher);
    const driven = new Driven(command.client, client);
    await client.online();
    return driven;
  }

  async run(command: Command): Promise<Fields> {
    switch (command.do) {
      case 'connect': return { name: this.#client.me!.name };
      case 'quit': await this.#client.close(); return {};
      case 'close': this.#client.suspend(); return {};
      case 'ping': await this.#client.probe(); return {};
      case 'nick': await this.#client.nick(command.name); return { name: this.#client.me!.name };
      case 'join': return this.#join(command);
      case 'open': return this.#know(command.room, await this.#client.open(command.room, command.create));
      case 'leave': await this.#room(command).leave(); return {};
      case 'post': return { seq: await seqOf(this.#room(command), command.text, command.key) };
      case 'post-many': return this.#postMany(command);
      case 'edit': return { seq: await this.#room(command).edit(command.seq, command.text) };
      case 'retract': return { seq: await this.#room(command).retract(command.seq) };
      case 'react': return { seq: await this.#room(command).react(command.seq, command.reaction, command.on) };
      case 'pin': return { seq: await this.#room(command).pin(command.seq, command.on) };
      case 'history': return this.#history(command);
      case 'members': return { members: (await this.#room(command).members()).map(member => member.name) };
      case 'rooms': return { rooms: (await this.#client.rooms()).map(({ address, head }) => ({ name: address, head })) };
      default: throw new TypeError(`there is no command ${command.do}`);
    }
  }

  #room(command: Command): ChatRoom {
    return this.#rooms.get(command.room)!;
  }

  async #join({ room, after, epoch, presence }: Command): Promise<Fields> {
    const options: JoinOptions = {
      from: after === undefined ? 'head' : { seq: after, ...(epoch !== undefined && { epoch }) },
      presence: presence ? 'all' : 'none',
    };
    return this.#know(room, await this.#client.join(room, options));
  }

  #know(name: string, room: ChatRoom): Fields {
    this.#rooms.set(name, room);
    const { epoch, oldest, topic } = room.info;
    return { epoch, head: room.head, oldest, topic };
  }

  async #postMany(command: Command): Promise<Fields> {
    const numbers = Array.from({ length: command.count }, (_, i) => i + 1);
    return { seqs: await Promise.all(numbers.map(number => seqOf(this.#room(command), `${command.text} ${number}`))) };
  }

  async #history(command: Command): Promise<Fields> {
    const { count: limit, before, after } = command;
    const { entries, gaps, more, head } = await this.#room(command).history({
      limit, ...(before !== undefined && { before }), ...(after !== undefined && { after }),
    });
    return { entries: entries.filter(entry => entry.said).map(shown), gaps: gaps.map(({ first, last, why }) => ({ first, last, why })), more, head };
  }

  #listen(): void {
    const client = this.#client;
    client.on('entries', ({ room, entries }) => entries.forEach(entry => this.#entry(room, entry)));
    client.on('erased', ({ room, seq }) => this.#tell('erased', { seq }, room));
    client.on('gap', ({ room, gap: { first, last, why } }) => this.#tell('gap', { first, last, why }, room));
    client.on('rewound', ({ room, seq }) => this.#tell('rewound', { seq }, room));
    client.on('presence', ({ room, count, arrived, left }) =>
      this.#tell('presence', { count, arrived: arrived.map(user => user.name), left: left.map(user => user.name) }, room));
    client.on('ended', ({ room, why, error }) => this.#roomEnded(room, why, error));
    client.on('private-room', ({ room }) => {
      this.#rooms.set(room.address, room);
      this.#tell('private-room', {}, room);
    });
    client.on('renamed', ({ name }) => this.#tell('renamed', { name }));
    client.on('state', ({ state, error }) => this.#state(state, error));
  }

  #roomEnded(room: ChatRoom, why: string, error: ChatError | undefined): void {
    if (why === 'removed')
      this.#tell('room-removed', {}, room);
    else if (why === 'expelled')
      this.#tell('expelled', {}, room);
    else if (why === 'refused')
      this.#tell('room-lost', { code: error?.code }, room);
  }

  #state(state: string, error: ChatError | undefined): void {
    if (state === 'offline' && this.#wasOnline)
      this.#tell('lost', {});
    else if (state === 'online' && this.#wasOnline)
      this.#tell('restored', {});
    else if (state === 'closed')
      this.#tell('ended', { why: error?.bye ?? error?.code });
    this.#wasOnline ||= state === 'online';
  }

  #entry(room: ChatRoom, entry: Entry): void {
    if (entry.kind === 'purged-entries')
      this.#tell('purged', { by: entry.principal, first: entry.first, last: entry.last }, room);
    else if ('target' in entry)
      this.#tell(entry.kind, { seq: entry.target, by: entry.from, ...told(entry) }, room);
    else if (entry.said)
      this.#tell('entry', { principal: entry.from, ...shown(entry) }, room);
  }

  #tell(event: string, fields: Fields, room?: ChatRoom): void {
    write({ client: this.#name, event, ...(room && { room: room.address }), ...fields });
  }
}

/** What an amendment tells of its target. */
function told(entry: Entry & { readonly target: number }): Fields {
  switch (entry.kind) {
    case 'edited': return { text: entry.text };
    case 'reacted': return { reactions: entry.reactions };
    case 'pinned': return { on: entry.on };
    default: return {};
  }
}

function shown(entry: Entry): Fields {
  const { edited, pinned, reactions = [] } = entry.kind === 'message' ? entry : {};
  return {
    seq: entry.seq, from: entry.name, text: entry.text,
    ...(edited && { edited: true }), ...(pinned && { pinned }), ...(reactions.length > 0 && { reactions }),
  };
}

async function seqOf(room: ChatRoom, text: string, key?: string): Promise<number | undefined> {
  return (await room.post(text, key === undefined ? {} : { key }).done).seq;
}

const clients = new Map<string, Driven>();

async function run(command: Command): Promise<void> {
  try {
    if (command.do === 'connect')
      clients.set(command.client, await Driven.connect(command));
    write({ id: command.id, ok: await clients.get(command.client)!.run(command) });
  } catch (fault) {
    const error = fault instanceof ChatError
      ? { code: fault.code ?? 'disconnected', value: fault.value, outcome: fault.outcome, text: fault.message }
      : { code: 'driver', outcome: 'unknown', text: String(fault) };
    write({ id: command.id, error });
  }
}

const scheme = process.argv[2] ?? 'chat';
write({ driver: 'javascript', scheme, offers: ['publisher', 'keys', 'inbox', 'presence', 'silence', 'amendments', ...(scheme === 'chat' ? ['stream'] : [])] });
const lines = createInterface({ input: process.stdin });
lines.on('line', line => void run(JSON.parse(line) as Command));
lines.on('close', () => process.exit(0));
