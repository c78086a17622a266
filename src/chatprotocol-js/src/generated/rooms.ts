// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `private-room`: spec/05-rooms.md. */
export interface PrivateRoomFrame {
  readonly room: number;
  readonly peer: number;
  readonly name: string;
  readonly epoch: number;
  readonly first: number;
  readonly cursor: number;
}
/** `private-room`: spec/05-rooms.md. */
export const privateRoom = /* @__PURE__ */ frame<PrivateRoomFrame>('71 private-room room:i peer:i name:s64 epoch:i first:i cursor:i');

/** `room-info`: spec/05-rooms.md. */
export interface RoomInfoFrame {
  readonly id: number;
  readonly room: number;
  readonly kind: number;
  readonly name: string;
  readonly epoch: number;
  readonly first: number;
  readonly head: number;
  readonly cursor: number;
  readonly peer: number | null;
  readonly oldest: number;
  readonly title: string;
  readonly topic: string;
  readonly moderated: number;
  readonly archived: number;
  readonly slow: number;
  readonly role: number;
  readonly restriction: number;
  readonly until: number;
  readonly editFor: number;
}
/** `room-info`: spec/05-rooms.md. */
export const roomInfo = /* @__PURE__ */ frame<RoomInfoFrame>('72 room-info id:i room:i kind:n name:s64 epoch:i first:i head:i cursor:i peer?:i oldest?:i=1 title?:s64= topic?:s1024= moderated?:i=0 archived?:i=0 slow?:i=0 role?:n=0 restriction?:n=0 until?:i=0 editFor?:i=0');

/** `room-list`: spec/05-rooms.md. */
export interface RoomListFrame {
  readonly id: number;
  readonly rooms: readonly {
    readonly room: number;
    readonly kind: number;
    readonly name: string;
    readonly head: number;
    readonly members: number;
    readonly time: number;
  }[];
  readonly more: boolean;
}
/** `room-list`: spec/05-rooms.md. */
export const roomList = /* @__PURE__ */ frame<RoomListFrame>('80 room-list id:i rooms:[room:i,kind:n,name:s64,head:i,members:i,time:i] more:f');

/** `block-list`: spec/05-rooms.md. */
export interface BlockListFrame {
  readonly id: number;
  readonly blocked: readonly {
    readonly principal: number;
    readonly name: string;
  }[];
  readonly more: boolean;
}
/** `block-list`: spec/05-rooms.md. */
export const blockList = /* @__PURE__ */ frame<BlockListFrame>('94 block-list id:i blocked:[principal:i,name:s64] more:f');

/** `room-removed`: spec/05-rooms.md. */
export interface RoomRemovedFrame {
  readonly room: number;
}
/** `room-removed`: spec/05-rooms.md. */
export const roomRemoved = /* @__PURE__ */ frame<RoomRemovedFrame>('105 room-removed room:i');
