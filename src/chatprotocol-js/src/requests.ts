import type { RequestType } from './codec/types.ts';
import { refusal, withOutcome, type ChatError } from './errors.ts';
import type { Call, Collect, Link } from './link.ts';
import type { Parts } from './parts.ts';

interface Waiting extends Call {
  readonly room: { readonly placed: boolean } | undefined;
}

/** Requests in the order of their calls that wait for their turn. They outlive connections. */
export class Requests {
  readonly #parts: Parts;
  #waiting: Waiting[] = [];
  #again: Waiting[] = [];
  #closed: ChatError | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Sends a request as soon as there is a connection, and it knows the room. `take` is called at the reply's place in the stream; one that
   * takes what belongs to the reply has to tell by itself when that is there.
   */
  request<F, R>(type: RequestType<F, R>, fields: () => F, room?: Waiting['room'], take?: (reply: R) => Collect | void): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#closed)
        return reject(this.#closed);
      const waiting: Waiting = {
        type: type as RequestType<never, unknown>,
        fields: fields as () => object,
        room,
        answer: reply => {
          const collect = take?.(reply as R);
          if (!collect)
            resolve(reply as R);
          return collect;
        },
        fail: reject,
        lost: error => type.safe && !this.#closed ? void this.#again.push(waiting) : reject(withOutcome(error, 'unknown')),
      };
      this.#waiting.push(waiting);
      this.pump();
    });
  }

  /** Sends what may be sent now. */
  pump(): void {
    const left: Waiting[] = [];
    this.#waiting = this.#again.splice(0).concat(this.#waiting);
    for (const waiting of this.#waiting) {
      const link = waiting.room?.placed === false ? undefined : this.#parts.session.sendable;
      if (!link)
        left.push(waiting);
      else if (waiting.type.secret && !link.confidential)
        waiting.fail(needsTls());
      else
        send(link, waiting);
    }
    this.#waiting = left;
  }

  /** The room is not there: what was asked of it is refused. */
  lost(room: object, error: ChatError): void {
    const all = this.#waiting;
    this.#waiting = all.filter(waiting => waiting.room !== room);
    all.filter(waiting => waiting.room === room).forEach(waiting => waiting.fail(error));
  }

  /** The client is over. */
  close(error: ChatError): void {
    this.#closed = error;
    for (const waiting of [...this.#again.splice(0), ...this.#waiting.splice(0)])
      waiting.fail(error);
  }
}

/** Sends a request; a field that the protocol does not allow is the caller's mistake. */
export function send(link: Link, call: Call): void {
  try {
    link.send(call);
  } catch (fault) {
    call.fail(fault as ChatError);
  }
}

/** A secret is not sent where others could read it (CP-ACC-006). */
export const needsTls = () => refusal(204, 'a password, a token or an invitation goes only over TLS or to this machine');
