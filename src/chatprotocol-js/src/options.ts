import type { Outbox } from './outbox.ts';
import type { Dial } from './transport.ts';

/** How to log in. Passwords, tokens and invitations go only over TLS, a Unix socket or to this machine (CP-ACC-006). */
export type Login =
  /** A guest: the secret's 32 bytes are who the name belongs to. Random ones if absent: keep `client.secret`. */
  | { readonly kind: 'guest'; readonly name: string; readonly secret?: Uint8Array }
  | { readonly kind: 'password'; readonly name: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** Makes an account, then logs in by its password. A password has at least 8 bytes. */
  | { readonly kind: 'register'; readonly name: string; readonly password: string; readonly invitation?: string }
  /** The local admin, by the server's admin socket, a `unix:` address; Node only. */
  | { readonly kind: 'admin' };

/** The settings of a client. All times are in milliseconds. */
export interface ChatClientOptions {
  /** `ws://` or `wss://`; with `chatprotocol/node` also `chat://`, `chats://` and `unix:PATH`. The path of a WebSocket is `/ws` if none is named. */
  readonly address: string;
  readonly login: Login;
  /** Whether private rooms are joined when something is said there (`private-room`). On by default. */
  readonly inbox?: boolean;
  /** Bytes of each room's entries that may wait for the program; the server holds back the rest (CP-DEL-031). 262,144 by default. */
  readonly window?: number;
  /** Keeps posts that are not answered. In memory by default. */
  readonly outbox?: Outbox;
  /** The program's name and version for the server's people, at most 64 bytes. */
  readonly agent?: string;
  /** How long connecting may take, login included. 10,000 by default. */
  readonly connectTimeout?: number;
  /** How long a request other than a post may go unanswered while there is a connection. 30,000 by default. */
  readonly requestTimeout?: number;
  /** Silence after which a ping is sent, and after which, from then on, the connection counts as lost. 15,000 by default. */
  readonly keepAlive?: number;
  /** How long to try to connect again; 0 for no attempt. Without a limit by default. */
  readonly reconnectFor?: number;
  /** The one key that a `chats://` server may have: `SHA256:…` (CP-TLS-005). Node only. */
  readonly pin?: string;
  /** Another way to the server. A WebSocket by default. */
  readonly dial?: Dial;
}

/** Where a room is read from: the place behind an entry. Keep both numbers. */
export interface Cursor {
  readonly seq: number;
  /** The epoch in which `seq` was counted; the present one if absent. */
  readonly epoch?: number;
}

/** Options of a join. */
export interface JoinOptions {
  /**
   * `head`, the default, for what is said from now on; `oldest` for all that is kept; or a cursor. All that lies behind it comes,
   * however much: to show the newest page only, join at the head and ask for `history`.
   */
  readonly from?: Cursor | 'head' | 'oldest';
  /** How much `presence` to tell: nothing by default. */
  readonly presence?: 'none' | 'count' | 'all';
}

/** Options of a post. */
export interface PostOptions {
  /** The post's `id`, a page's row key. Made by the client if absent. */
  readonly id?: string;
  /** The post's key on the wire, 1 to 64 bytes: the same user's next post with it in the room stores nothing, from wherever it comes (CP-KEY-003). */
  readonly key?: string | Uint8Array;
  /** The seq of the message that it answers. */
  readonly reply?: number;
  /** The seq of the message that its thread begins with: of one that it answers there, `message.thread ?? message.seq`. */
  readonly thread?: number;
  /** Whether the text is what the user does, as in "ada waves". A server that knows none of the three refuses the post. */
  readonly action?: boolean;
}
