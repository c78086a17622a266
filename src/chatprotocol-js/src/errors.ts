import { byeNames, type ByeName } from './generated/bye-names.ts';
import type { ErrorName, errorNames as allNames } from './generated/error-names.ts';
import type { ErrorFrame } from './generated/errors.ts';
import type { ByeFrame } from './generated/session.ts';

/**
 * The kind of a failure: `refused` by the server, with a code; `disconnected` before an answer; `unreachable`; `timed-out`;
 * `broken-protocol` by the server; `not-a-chat-server`: another protocol, HTTP status or subprotocol answered;
 * `unsupported-version`; `untrusted-server`: its certificate or pin; `closed`: the client is over.
 */
export type Failure = 'refused' | 'disconnected' | 'unreachable' | 'timed-out' | 'broken-protocol' | 'not-a-chat-server'
  | 'unsupported-version' | 'untrusted-server' | 'closed';

/** Whether a failed call had an effect: `unknown` if it was sent and not answered. */
export type Outcome = 'not-sent' | 'refused' | 'unknown';

/** The details of a failure, beside its kind and its words. */
export interface ErrorDetails {
  readonly outcome?: Outcome;
  readonly code?: ErrorName | 'unknown' | undefined;
  readonly number?: number | undefined;
  readonly retryAfter?: number | undefined;
  readonly value?: number | undefined;
  readonly field?: string | undefined;
  readonly bye?: ByeName | 'unknown' | undefined;
  readonly pin?: string | undefined;
}

/** The names of errors by their codes, which the first file has no use for; and the errors that came before them. */
let errorNames: typeof allNames | undefined;
const unnamed: ChatError[] = [];

/** From now on errors have their names. */
export function knowNames(names: typeof allNames): void {
  errorNames = names;
  for (const error of unnamed.splice(0))
    Object.assign(error, { code: nameOf(error.number!) });
}

const nameOf = (code: number): ErrorName | 'unknown' => errorNames?.[code] ?? 'unknown';

/** The one error of the network and the server; a caller's own mistakes are a RangeError or TypeError. */
export class ChatError extends Error implements ErrorDetails {
  declare readonly failure: Failure;
  declare readonly outcome: Outcome;
  /** The server's code as a name, such as `name-taken`; `unknown` for one of a later version. Undefined where no server said anything. */
  declare readonly code: ErrorName | 'unknown' | undefined;
  /** The code as a number; its hundreds are its class (CP-ERR-003). */
  declare readonly number: number | undefined;
  /** Milliseconds to wait before another try, where the server said so. */
  declare readonly retryAfter: number | undefined;
  /** The number that the error is about: a limit, a counter, a cursor, a time. */
  declare readonly value: number | undefined;
  /** The field that was wrong, by its name in the spec. */
  declare readonly field: string | undefined;
  /** The code of the server's goodbye, such as `kicked` or `restart`. */
  declare readonly bye: ByeName | 'unknown' | undefined;
  /** The pin of the key of a server that is not trusted. */
  declare readonly pin: string | undefined;

  /** Made by the SDK, and by other ways to a server (`Dial`). */
  constructor(failure: Failure, message: string, details: ErrorDetails = {}) {
    super(message);
    Object.assign(this, { name: 'ChatError', failure, outcome: failure === 'refused' ? failure : 'not-sent' }, details);
  }

  /** Whether the same may be tried again and then succeed without any change. */
  get mayRetry(): boolean {
    return this.outcome !== 'unknown' && mayReconnect(this);
  }
}

/** Whether another connection may succeed where this failure ended one. */
export function mayReconnect({ failure, number, bye, retryAfter }: ChatError): boolean {
  if (retryAfter !== undefined)
    return true;
  if (failure === 'refused')
    return [403, 501, 502].includes(number!);
  if (failure === 'disconnected')
    // Nobody comes back by itself after a goodbye that does not say when (CP-SES-018).
    return !bye && (!number || number === 105 || number === 107 || number >= 400);
  return /^(unreachable|timed-out|not-a-chat)/.test(failure);
}

/** The failure that a frame tells: of a request, or of the connection. */
export function fromFrame(frame: ErrorFrame, failure: Failure = 'refused'): ChatError {
  const { code, text, retryAfter, value, field } = frame;
  const error = new ChatError(code === 104 ? 'unsupported-version' : failure, text, {
    code: nameOf(code),
    number: code,
    retryAfter: retryAfter ?? undefined,
    value: value ?? undefined,
    field: field ?? undefined,
  });
  if (!errorNames)
    unnamed.push(error);
  return error;
}

/** The server did what the protocol does not allow. */
export const brokenProtocol = (words: string) => new ChatError('broken-protocol', `the server broke the protocol: ${words}`);

/** A refusal that the server would certainly send, found before anything is sent. */
export const refusal = (code: number, text: string, value: number | null = null) =>
  fromFrame({ id: 0, code, text, retryAfter: null, value, field: null });

export function fromBye(frame: ByeFrame): ChatError {
  const bye = byeNames[frame.code] ?? 'unknown';
  return new ChatError('disconnected', frame.reason || `the server ended the session: ${bye}`, { bye, retryAfter: frame.back ?? undefined });
}

/** The failure of a call that another failure has ended. */
export const withOutcome = (error: ChatError, outcome: Outcome) => new ChatError(error.failure, error.message, { ...error, outcome });
