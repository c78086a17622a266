import type { ChatError } from './errors.ts';

/** A way to the server: a stream of bytes both ways. */
export interface Transport {
  /** Whether nobody else can read what passes: TLS, or this machine. */
  readonly confidential: boolean;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  /** Sends; the bytes belong to the transport from then on. */
  send(bytes: Uint8Array): void;
  /** Ends it, behind what was sent. No handler is called from then on. */
  close(): void;
}

/** The receiver of a transport. */
export interface TransportHandlers {
  open(): void;
  /** Bytes came, however they were cut. They are the receiver's only during the call. */
  data(bytes: Uint8Array): void;
  /** It is over, or could not be made. */
  close(error: ChatError): void;
}

/** Makes a transport; it is not open yet. Throws a TypeError for an address that it does not know. */
export type Dial = (address: string, handlers: TransportHandlers, pin: string | undefined) => Transport;
