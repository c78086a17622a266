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
  /** The words to show, or of an edit the new ones; empty for an erased entry, and for most that show nothing by themselves. */
  readonly text: string;
  /** Whether the entry stands by itself; one that is not said changes an earlier one and shows nothing (CP-MSG-015). */
  readonly said: boolean;
  /** The post of this client that became this entry, where its entry had not come before: a page has its row already, by the post's id. */
  readonly post?: Post;
}

/** How many react in one way to a message, and whether this client's user is one of them. */
export interface Reaction {
  readonly reaction: string;
  readonly count: number;
  readonly own: boolean;
}

/**
 * A post of somebody. An empty text is that of an erased message. An entry that an event tells is as it was posted, one of a page as it is by
 * now, and so is what `room.messages()` gives.
 */
export interface Message extends EntryBase {
  readonly kind: 'message';
  /** The seq of the message that it answers. */
  readonly reply: number | null;
  /** The seq of the message that its thread began with. */
  readonly thread: number | null;
  /** Whether the text is what its author does, as in "ada waves". */
  readonly action: boolean;
  /** When it was last edited; null or absent if it was not. */
  readonly edited?: number | null;
  readonly pinned?: boolean;
  readonly reactions?: readonly Reaction[];
  /** Of a page: up to which entry the message is told, and the text that was posted. */
  readonly amended?: { readonly through: number; readonly text: string };
}

/** The message `target` has another text, or the first one again if it is empty: the edit was erased (CP-AMD-001). */
export interface Edited extends EntryBase {
  readonly kind: 'edited';
  readonly target: number;
}

/** The message `target` was taken back, by its author or a moderator: drop its texts wherever they are kept (CP-AMD-009). */
export interface Retracted extends EntryBase {
  readonly kind: 'retracted';
  readonly target: number;
}

/** How many react to the message `target` from now on, in each way that has changed, and who has changed it (CP-AMD-013). */
export interface Reacted extends EntryBase {
  readonly kind: 'reacted';
  readonly target: number;
  readonly reactions: readonly { readonly reaction: string; readonly count: number }[];
  readonly changes: readonly { readonly principal: number; readonly name: string; readonly reaction: string; readonly on: boolean }[];
}

/** The message `target` is pinned, or not any more (CP-AMD-015). */
export interface Pinned extends EntryBase {
  readonly kind: 'pinned';
  readonly target: number;
  readonly on: boolean;
}

/** Settings of the room were changed; those that are null were not, or are erased. */
export interface RoomChanged extends EntryBase {
  readonly kind: 'room-changed';
  readonly title: string | null;
  readonly topic: string | null;
  readonly moderated: number | null;
  readonly archived: number | null;
  readonly slow: number | null;
  readonly editFor: number | null;
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
export type Entry = Message | RoomChanged | RoleChanged | PurgedEntries | Edited | Retracted | Reacted | Pinned | UnknownEntry;

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
