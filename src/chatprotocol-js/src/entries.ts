import type { Post } from './post.ts';

interface EntryBase {
  /** The room's id when the entry came. */
  readonly room: number;
  /** Its number in the room, from 1 without a hole, whatever its kind. */
  readonly seq: number;
  /** Milliseconds since the epoch by the server's clock; never below that of the entry before. */
  readonly time: number;
  /** The author's principal; below 16 it is the server itself or an admin, whatever the name says (CP-NAM-018). */
  readonly from: number;
  /** The author's name at that time. */
  readonly name: string;
  /** The words to show; empty for an erased entry, and for one that shows nothing by itself. */
  readonly text: string;
  /** Whether the entry stands by itself; one that is not said changes an earlier one and shows nothing (CP-MSG-015). */
  readonly said: boolean;
  /** The post of this client that became this entry, where its entry had not come before: a page has its row already, by the post's id. */
  readonly post?: Post;
}

/** A post of somebody. An empty text is that of an erased message. */
export interface Message extends EntryBase {
  readonly kind: 'message';
}

/** Settings of the room were changed; those that are null were not, or are erased. */
export interface RoomChanged extends EntryBase {
  readonly kind: 'room-changed';
  readonly title: string | null;
  readonly topic: string | null;
  readonly moderated: number | null;
  readonly archived: number | null;
  readonly slow: number | null;
}

/** A role or a restriction of somebody was changed. */
export interface RoleChanged extends EntryBase {
  readonly kind: 'role-changed';
  readonly principal: number;
  readonly whom: string;
  readonly role: number;
  readonly restriction: number;
  /** When the restriction ends, in milliseconds since the epoch; 0 for never. */
  readonly until: number;
}

/** Drop the texts of the messages of `principal` from `first` to `last`, wherever they are kept (CP-PUR-004). */
export interface PurgedEntries extends EntryBase {
  readonly kind: 'purged-entries';
  readonly principal: number;
  readonly first: number;
  readonly last: number;
}

/** An entry of a kind that this version does not know: if it is said, show its text as that of a message. */
export interface UnknownEntry extends EntryBase {
  readonly kind: 'unknown';
  readonly code: number;
}

/** A numbered entry of a room's log. Kinds may be added. */
export type Entry = Message | RoomChanged | RoleChanged | PurgedEntries | UnknownEntry;

/** Entries that do not come: damaged, or removed by the room's retention before they were read. */
export interface Gap {
  readonly kind: 'gap';
  readonly room: number;
  readonly first: number;
  readonly last: number;
  /** `unknown` for a reason of a later version. */
  readonly why: 'damaged' | 'expired' | 'unknown';
}

/** A page of a room's past, by ascending seq. */
export interface HistoryPage {
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
  readonly epoch: number;
  /** The seq of the room's last entry. */
  readonly head: number;
  /** Whether there are entries beyond these in the direction asked for. */
  readonly more: boolean;
  /** The lowest seq of an entry or gap; ask `before` it for the page below. 0 if there is neither. */
  readonly first: number;
  /** The highest seq of an entry or gap; ask `after` it for the page above. 0 if there is neither. */
  readonly last: number;
}
