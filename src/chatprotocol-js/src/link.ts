import { FrameBuffer } from './codec/frame-buffer.ts';
import { decode, type Decoded } from './codec/reader.ts';
import type { FrameType, RequestType } from './codec/types.ts';
import { Violation } from './codec/violation.ts';
import { Writer } from './codec/writer.ts';
import { entryType } from './entry-types.ts';
import { brokenProtocol, ChatError, fromBye, fromFrame, withOutcome } from './errors.ts';
import { gap, lag, taken } from './generated/delivery.ts';
import { error, type ErrorFrame } from './generated/errors.ts';
import { erased } from './generated/messages.ts';
import { notice } from './generated/admin.ts';
import { renamed } from './generated/names.ts';
import { presence } from './generated/presence.ts';
import { expelled, invited } from './generated/room-roles.ts';
import { privateRoom, roomRemoved } from './generated/rooms.ts';
import { bye, pong, type ByeFrame } from './generated/session.ts';
import { ping } from './generated/session-requests.ts';
import type { Dial, Transport } from './transport.ts';

/** A request that waits for its answer. Exactly one of `answer`, `fail` and `lost` is called. */
export interface Call {
  readonly type: RequestType<never, unknown>;
  /** Whether it may go unanswered for as long as it takes, as a post may in slow mode. */
  readonly patient?: boolean;
  /** The fields without the id, at the time of sending. */
  fields(): object;
  /** Called at the reply's place in the stream, before anything behind it. Frames that belong to the reply are given to what it returns. */
  answer(reply: unknown): Collect | void;
  fail(error: ChatError): void;
  /** The connection ended before the answer. */
  lost(error: ChatError): void;
}

/** Takes a frame that belongs to a reply, and says whether another one is to come. */
export type Collect = (type: FrameType | undefined, code: number, values: Record<string, unknown>) => boolean;

/** The receiver of a link. Nothing is told behind the end. */
export interface LinkHandlers {
  /** A frame that answers nothing; with its bytes, those of its length included. */
  receive(type: FrameType, code: number, values: Record<string, unknown>, bytes: number): void;
  /** All frames of one read are told. */
  read(): void;
  end(error: ChatError): void;
}

/** The other end of a link. */
export interface LinkOptions {
  readonly address: string;
  readonly dial: Dial;
  readonly pin: string | undefined;
}

/** Bytes that may wait in the transport before requests wait here. */
const MostBuffered = 256 * 1024;

const events = new Map([presence, lag, notice, privateRoom, renamed, gap, erased, roomRemoved, expelled, invited, bye, ping, pong, error]
  .map((type: FrameType) => [type.code, type]));

/** Adds an event, which the first file does not have. */
export const knowEvent = (type: FrameType) => events.set(type.code, type);

/** One connection: frames both ways, replies by their ids. */
export class Link {
  /** Fulfilled once the transport is open. */
  readonly opened: Promise<void>;
  readonly #handlers: LinkHandlers;
  readonly #options: LinkOptions;
  readonly #transport: Transport;
  readonly #frames = new FrameBuffer();
  readonly #writer = new Writer();
  /** The requests that are not answered, by their ids; and how old each is, for who watches. */
  readonly calls = new Map<number, { readonly call: Call; age: number }>();
  readonly #replies = new Map<number, FrameType>();
  /** The call whose reply is not whole yet. */
  #open: { readonly call: Call; readonly collect: Collect } | undefined;
  #lastId = 0;
  /** How often something was read: any of it is a sign of life. */
  reads = 0;
  #willFlush = false;
  #ended: ChatError | undefined;

  constructor(options: LinkOptions, handlers: LinkHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    let open = () => {};
    this.opened = new Promise(resolve => open = resolve);
    this.#transport = options.dial(options.address, {
      open,
      data: bytes => this.#read(bytes),
      close: fault => this.end(fault),
    }, options.pin);
  }

  get confidential(): boolean {
    return this.#transport.confidential;
  }

  /** Whether the transport takes more. */
  get hasRoom(): boolean {
    return this.#transport.bufferedAmount + this.#writer.length < MostBuffered;
  }

  get ended(): ChatError | undefined {
    return this.#ended;
  }

  /** Frames may be so long from now on: the session is logged in. */
  raiseLimit(frame: number): void {
    this.#frames.limit = frame;
  }

  /** Sends a request. @throws Violation for a field's value that the protocol does not allow; nothing is sent then. */
  send(call: Call): void {
    if (this.#ended)
      return call.lost(this.#ended);
    const id = this.#lastId + 1;
    this.#write(call.type, { ...call.fields(), id });
    this.#lastId = id;
    this.calls.set(id, { call, age: 0 });
    this.#replies.set(call.type.reply.code, call.type.reply);
  }

  /** Sends a request of the connection's own. The reply is given to `take` at its place in the stream. */
  ask<F, R>(type: RequestType<F, R>, fields: F, take?: (reply: R) => void): Promise<R> {
    return new Promise((resolve, reject) => {
      const answer = (reply: unknown) => {
        take?.(reply as R);
        resolve(reply as R);
      };
      try {
        this.send({ type: type as RequestType<never, unknown>, fields: () => fields as object, answer, fail: reject, lost: fault => reject(withOutcome(fault, 'unknown')) });
      } catch (fault) {
        reject(fault);
      }
    });
  }

  /** Fulfilled by a sign of life. */
  ping(): Promise<unknown> {
    return this.ask(ping, {});
  }

  /** Tells the bytes that a room's membership has taken, which has no reply. */
  taken(room: number, bytes: number): void {
    if (!this.#ended)
      this.#write(taken, { room, bytes });
  }

  /** Ends the connection, for the first reason only. */
  end(fault: ChatError): void {
    if (this.#ended)
      return;
    this.#ended = fault;
    this.#flush();
    this.#transport?.close();
    const calls = [...this.calls.values()].map(one => one.call);
    if (this.#open)
      calls.unshift(this.#open.call);
    this.calls.clear();
    for (const call of calls)
      call.lost(fault);
    this.#handlers.end(fault);
  }

  #read(bytes: Uint8Array): void {
    this.reads++;
    try {
      this.#frames.push(bytes, payload => {
        if (!this.#ended)
          this.#dispatch(decode(payload, code => events.get(code) ?? entryType(code) ?? this.#replies.get(code)), payload.length + 4);
      });
    } catch (fault) {
      this.end(fault instanceof Violation ? this.#violation(fault, bytes) : fault instanceof ChatError ? fault : brokenProtocol(String(fault)));
    }
    if (!this.#ended) {
      this.#handlers.read();
      this.#flush();
    }
  }

  /** Before the first reply the peer may speak anything. */
  #violation(fault: Violation, bytes: Uint8Array): ChatError {
    return this.#lastId <= 1 && bytes[0] !== 0
      ? new ChatError('not-a-chat-server', `${this.#options.address} answers in another protocol`)
      : brokenProtocol(fault.message);
  }

  #dispatch({ type, code, values }: Decoded, bytes: number): void {
    if (this.#open) {
      if (!this.#open.collect(type, code, values))
        this.#open = undefined;
      return;
    }
    if (!type && code % 2 === 0)
      throw new Violation(`${code}`, 'unknown-code');
    if (!type)
      return;
    if (type === ping)
      this.#write(pong, values);
    else if (type === error)
      this.#refused(values as unknown as ErrorFrame);
    else if (type === bye)
      this.end(fromBye(values as unknown as ByeFrame));
    else if (this.#replies.has(code) || code % 2 === 0 && !entryType(code))
      this.#answered(type, values);
    else
      this.#handlers.receive(type, code, values, bytes);
  }

  #refused(frame: ErrorFrame): void {
    if (frame.id === null)
      this.end(fromFrame(frame, 'disconnected'));
    else
      this.#take(frame.id).fail(fromFrame(frame));
  }

  #answered(type: FrameType, values: Record<string, unknown>): void {
    const call = this.#take(values['id'] as number);
    if (call.type.reply !== type)
      throw brokenProtocol(`'${type.name}' answers '${call.type.name}'`);
    const collect = call.answer(values);
    if (collect)
      this.#open = { call, collect };
  }

  #take(id: number): Call {
    const sent = this.calls.get(id);
    if (!sent)
      throw brokenProtocol(`there is no request ${id}`);
    this.calls.delete(id);
    return sent.call;
  }

  #write(type: FrameType, values: object): void {
    this.#writer.frame(type, values);
    if (this.#willFlush)
      return;
    // What is sent in one go leaves in one piece.
    this.#willFlush = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#willFlush = false;
    if (this.#writer.length > 0)
      this.#transport.send(this.#writer.take());
  }
}
