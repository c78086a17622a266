import type { RoomInfoFrame } from './generated/rooms.ts';

/** The kinds of rooms; `invitation` is seen only by those with a role there, and addressed by its id. */
export type RoomKind = 'public' | 'private' | 'invitation';

/** The kinds by their numbers on the wire. */
export const roomKinds: readonly RoomKind[] = ['public', 'private', 'invitation'];

/** The name that a room of a kind is joined by. */
export const addressOf = (kind: number, name: string, id: number) => kind === 1 ? `@${name}` : kind === 2 ? String(id) : name;

/** A room as the server told it last; its settings and the own role are kept up to date by the entries. */
export interface RoomInfo {
  readonly kind: RoomKind;
  /** Its name; that of a private room is the other's. */
  readonly name: string;
  readonly epoch: number;
  /** The first seq of the epoch, and the first that is kept. */
  readonly first: number;
  readonly oldest: number;
  /** The other principal of a private room. */
  readonly peer: number | null;
  readonly title: string;
  readonly topic: string;
  readonly moderated: boolean;
  readonly archived: boolean;
  /** Milliseconds that a principal below moderator waits between two posts. */
  readonly slow: number;
  /** Milliseconds for which a message may be edited; 0 for good. */
  readonly editFor: number;
  /** The own role: 0 none, 1 member, 2 moderator, 3 owner. */
  readonly role: number;
  /** The own restriction: 0 none, 1 muted, 2 banned; and when it ends, 0 for never. */
  readonly restriction: number;
  readonly until: number;
}

/** A member of a room. */
export interface Member {
  readonly principal: number;
  readonly name: string;
  readonly sessions: number;
}

/** Which page of the past. `limit` is 100 by default, at most the server's limit `page`; times are of entries. */
export interface HistoryOptions {
  readonly before?: number;
  readonly after?: number;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

/** A change of a room; what is absent stays. `slow` and `editFor` are in milliseconds. */
export interface RoomChange {
  readonly title?: string;
  readonly topic?: string;
  readonly moderated?: boolean;
  readonly archived?: boolean;
  readonly slow?: number;
  readonly editFor?: number;
}

/** A room as a frame tells it. */
export function toInfo(frame: RoomInfoFrame): RoomInfo {
  return { ...frame, kind: roomKinds[frame.kind] ?? 'public', moderated: !!frame.moderated, archived: !!frame.archived };
}
