import type { Entry, Gap } from './entries.ts';
import type { ChatError } from './errors.ts';
import type { defaultLimits } from './generated/default-limits.ts';
import type { ChatRoom } from './room.ts';
import type { Post } from './post.ts';

/** A principal and its present name. */
export interface User {
  readonly principal: number;
  readonly name: string;
}

/** Why a room delivers no more. */
export type RoomEnd = 'left' | 'expelled' | 'removed' | 'refused' | 'closed';

/** The events of a joined room, by their names. Each has the room. */
export interface RoomEvents {
  /** Entries as they came in one read, by ascending seq. Their bytes are credited once the listener is done. */
  entries: { readonly room: ChatRoom; readonly entries: readonly Entry[]; readonly epoch: number };
  /** Entries do not come; the next ones follow behind the gap. */
  gap: { readonly room: ChatRoom; readonly gap: Gap };
  /** The text of an entry is gone: drop every copy. The entry need not have come. */
  erased: { readonly room: ChatRoom; readonly seq: number };
  /** The users that came and went since the last one. Both lists are empty where there are too many to tell: ask `members`. */
  presence: { readonly room: ChatRoom; readonly count: number; readonly arrived: readonly User[]; readonly left: readonly User[] };
  /** The client is behind; what is missing comes by itself. */
  lag: { readonly room: ChatRoom; readonly head: number };
  /** `room.info` has changed: a setting, the own role or restriction, the room's name. */
  info: { readonly room: ChatRoom };
  /** The room delivers again on a new connection; presence may have changed meanwhile. */
  resumed: { readonly room: ChatRoom };
  /** The server was restored from a backup: drop what is kept above `seq`, other entries may take its place. */
  rewound: { readonly room: ChatRoom; readonly seq: number };
  /** The last event: the room delivers no more, and why. */
  ended: { readonly room: ChatRoom; readonly why: RoomEnd; readonly reason: string; readonly error?: ChatError };
}

/** One of a room's events, as `room.events()` gives them. */
export type RoomEvent = { [K in keyof RoomEvents]: { readonly type: K } & RoomEvents[K] }[keyof RoomEvents];

/** The state of a client: `closed` is final. */
export type ClientState = 'connecting' | 'online' | 'offline' | 'closed';

/** The events of a client; those of its rooms are told here as well. */
export interface ClientEvents extends RoomEvents {
  /** Another state; with the failure for `offline` and `closed` where there is one. */
  state: { readonly state: ClientState; readonly error?: ChatError };
  /** Another attempt to connect follows: its number from 1, the milliseconds until then, and why it is needed. */
  reconnect: { readonly number: number; readonly delay: number; readonly error: ChatError };
  /** Logged in, or in again; `client.me` and `client.server` are as they are from now on. */
  'logged-in': Me;
  /** Another session of this principal has changed the name, or this one has. */
  renamed: { readonly name: string };
  /** The server's words to this session, outside of any room. */
  notice: { readonly time: number; readonly text: string };
  /** This principal was given a role in a room by invitation; join it by its id. */
  invited: { readonly room: number; readonly name: string; readonly by: string };
  /** A private conversation delivers from now on (`inbox`). */
  'private-room': { readonly room: ChatRoom };
  /** A post has another state or error, or the outbox has it now. */
  post: { readonly post: Post };
  /** The outbox keeps nothing over the page's end any more, and why; `client.volatile` says so, too. */
  volatile: { readonly why: string };
}

/** This client's user. */
export interface Me extends User {
  /** The session's number. */
  readonly session: number;
}

/** The server as it said welcome. */
export interface Server {
  /** 32 hex digits that stay as long as its data. */
  readonly id: string;
  readonly agent: string;
  readonly capabilities: readonly string[];
  /** The limits by their names in the spec, with the defaults of those not told; see spec/12-limits.md. */
  readonly limits: Readonly<Record<keyof typeof defaultLimits, number>>;
  /** 2 if what is posted is on the disk before it is answered, 1 if in the operating system, 0 if in memory. */
  readonly durability: number;
  /** The server's clock less this one's, in milliseconds, when it said welcome. */
  readonly clockOffset: number;
}
