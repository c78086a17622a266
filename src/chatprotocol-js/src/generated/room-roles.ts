// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `expelled`: spec/16-room-roles.md. */
export interface ExpelledFrame {
  readonly room: number;
  readonly reason: string;
}
/** `expelled`: spec/16-room-roles.md. */
export const expelled = /* @__PURE__ */ frame<ExpelledFrame>('107 expelled room:i reason?:s512=');

/** `invited`: spec/16-room-roles.md. */
export interface InvitedFrame {
  readonly room: number;
  readonly name: string;
  readonly by: string;
}
/** `invited`: spec/16-room-roles.md. */
export const invited = /* @__PURE__ */ frame<InvitedFrame>('111 invited room:i name:s64 by:s64');

/** `room-changed`: spec/16-room-roles.md. */
export interface RoomChangedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly text: string;
  readonly title: string | null;
  readonly topic: string | null;
  readonly moderated: number | null;
  readonly archived: number | null;
  readonly slow: number | null;
  readonly editFor: number | null;
}
/** `room-changed`: spec/16-room-roles.md. */
export const roomChanged = /* @__PURE__ */ frame<RoomChangedFrame>('128 room-changed room:i seq:i time:i from:i name:s64 text:t title?:s64 topic?:s1024 moderated?:i archived?:i slow?:i editFor?:i');

/** `purged-entries`: spec/16-room-roles.md. */
export interface PurgedEntriesFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly principal: number;
  readonly first: number;
  readonly last: number;
}
/** `purged-entries`: spec/16-room-roles.md. */
export const purgedEntries = /* @__PURE__ */ frame<PurgedEntriesFrame>('129 purged-entries room:i seq:i time:i from:i name:s64 principal:i first:i last:i');

/** `role-changed`: spec/16-room-roles.md. */
export interface RoleChangedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly text: string;
  readonly principal: number;
  readonly whom: string;
  readonly role: number;
  readonly restriction: number;
  readonly until: number;
}
/** `role-changed`: spec/16-room-roles.md. */
export const roleChanged = /* @__PURE__ */ frame<RoleChangedFrame>('130 role-changed room:i seq:i time:i from:i name:s64 text:t principal:i whom:s64 role:n restriction:n until:i');

/** `role-list`: spec/16-room-roles.md. */
export interface RoleListFrame {
  readonly id: number;
  readonly roles: readonly {
    readonly principal: number;
    readonly name: string;
    readonly role: number;
    readonly restriction: number;
    readonly until: number;
    readonly reason: string;
    readonly by: string;
    readonly made: number;
  }[];
  readonly more: boolean;
}
/** `role-list`: spec/16-room-roles.md. */
export const roleList = /* @__PURE__ */ frame<RoleListFrame>('246 role-list id:i roles:[principal:i,name:s64,role:n,restriction:n,until:i,reason:s512,by:s64,made:i] more:f');

/** `purged`: spec/16-room-roles.md. */
export interface PurgedFrame {
  readonly id: number;
  readonly entries: number;
  readonly rooms: number;
}
/** `purged`: spec/16-room-roles.md. */
export const purged = /* @__PURE__ */ frame<PurgedFrame>('250 purged id:i entries:i rooms:i');
