import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrameBuffer } from '../../../src/chatprotocol-js/src/codec/frame-buffer.ts';
import { decode } from '../../../src/chatprotocol-js/src/codec/reader.ts';
import type { FrameType } from '../../../src/chatprotocol-js/src/codec/types.ts';
import { Writer } from '../../../src/chatprotocol-js/src/codec/writer.ts';
import * as frames from '../../../src/chatprotocol-js/src/generated/frames.ts';
import { eventually } from './eventually.ts';
import { table } from './vectors.ts';

/** A frame that came from the client. */
export interface Got {
  readonly name: string;
  readonly values: Record<string, unknown>;
}

/** One connection at the server's side of a test. */
export class Peer {
  readonly got: Got[] = [];
  readonly socket: Socket;
  readonly #buffer = new FrameBuffer();
  #taken = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.#buffer.limit = 2 ** 24;
    const types = table('to-server');
    socket.on('error', () => {});
    socket.on('data', bytes => this.#buffer.push(bytes, payload => {
      const { type, values } = decode(payload, code => types.get(code));
      this.got.push({ name: type!.name, values });
    }));
  }

  /** The next frame, which has this name. */
  async next(name: string): Promise<Record<string, unknown>> {
    const got = await eventually(() => this.got[this.#taken], () => `for '${name}'`);
    this.#taken++;
    if (got.name !== name)
      throw new Error(`'${got.name}' came, not '${name}': ${JSON.stringify(got.values)}`);
    return got.values;
  }

  send(...all: [type: FrameType, values: object][]): void {
    const writer = new Writer();
    for (const [type, values] of all)
      writer.frame(type, values);
    this.socket.write(writer.take());
  }

  raw(hex: string): void {
    this.socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }

  /** Answers hello and login; with credit if there is a window. */
  async welcome(window: number | null = null, limits: Record<string, number> = {}, capabilities = ['post-keys']): Promise<Record<string, unknown>> {
    const { id } = await this.next('hello');
    this.send([frames.welcome, { id, major: 1, minor: 1, capabilities, server: new Uint8Array(16), agent: 'scripted', limits, durability: 2, time: Date.now() }]);
    const login = await this.next('login');
    this.send([frames.loggedIn, { id: login['id'], session: 1, principal: 16, name: 'ada', window }]);
    return login;
  }

  /** Answers a join of the lobby. */
  async joined(cursor = 0, head = cursor): Promise<Record<string, unknown>> {
    const join = await this.next('join');
    this.send([frames.roomInfo, { ...lobby, id: join['id'], cursor, head }]);
    return join;
  }
}

export const lobby = { room: 1, kind: 0, name: 'lobby', epoch: 7, first: 1 };

/** A message of the lobby. */
export const said = (seq: number, text = `text ${seq}`, from = 17): [FrameType, object] => [frames.message, { room: 1, seq, time: 1000 + seq, from, name: 'bob', text }];

/** A server that does what a test says. */
export class Scripted implements AsyncDisposable {
  readonly #server: Server;
  readonly #peers: Peer[] = [];
  #taken = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', socket => this.#peers.push(new Peer(socket)));
  }

  static async start(): Promise<Scripted> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Scripted(server);
  }

  get address(): string {
    return `chat://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection. */
  async connection(): Promise<Peer> {
    const peer = await eventually(() => this.#peers[this.#taken], () => 'for a connection');
    this.#taken++;
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers)
      peer.socket.destroy();
    this.#server.close();
  }
}
