// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';
import { ok, type OkFrame } from './session.ts';

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
}
/** `room-info`: spec/05-rooms.md. */
export const roomInfo = /* @__PURE__ */ frame<RoomInfoFrame>('72 room-info id:i room:i kind:n name:s64 epoch:i first:i head:i cursor:i peer?:i oldest?:i=1 title?:s64= topic?:s1024= moderated?:i=0 archived?:i=0 slow?:i=0 role?:n=0 restriction?:n=0 until?:i=0');

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

/** `join`, asked by a user, answered by `room-info`: spec/05-rooms.md. */
export interface JoinRequest {
  readonly name: string;
  readonly presence?: number | null | undefined;
  readonly after?: number | null | undefined;
  readonly epoch?: number | null | undefined;
}
/** `join`, asked by a user, answered by `room-info`: spec/05-rooms.md. */
export const join = /* @__PURE__ */ request<JoinRequest, RoomInfoFrame>(
  '6 join id:i name:s65 presence?:n=0 after?:i epoch?:i',
  roomInfo, 's');

/** `leave`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export interface LeaveRequest {
  readonly room: number;
}
/** `leave`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export const leave = /* @__PURE__ */ request<LeaveRequest, OkFrame>(
  '8 leave id:i room:i',
  ok);

/** `open`, asked by a user, answered by `room-info`: spec/05-rooms.md. */
export interface OpenRequest {
  readonly name: string;
  readonly create?: boolean | null | undefined;
}
/** `open`, asked by a user, answered by `room-info`: spec/05-rooms.md. */
export const open = /* @__PURE__ */ request<OpenRequest, RoomInfoFrame>(
  '12 open id:i name:s65 create?:f=0',
  roomInfo, 's');

/** `rooms`, asked by a user, answered by `room-list`: spec/05-rooms.md. */
export interface RoomsRequest {
  readonly after?: number | null | undefined;
}
/** `rooms`, asked by a user, answered by `room-list`: spec/05-rooms.md. */
export const rooms = /* @__PURE__ */ request<RoomsRequest, RoomListFrame>(
  '16 rooms id:i after?:i=0',
  roomList, 's');

/** `block`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export interface BlockRequest {
  readonly name: string;
}
/** `block`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export const block = /* @__PURE__ */ request<BlockRequest, OkFrame>(
  '52 block id:i name:s64',
  ok, 's');

/** `unblock`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export interface UnblockRequest {
  readonly name: string;
}
/** `unblock`, asked by a user, answered by `ok`: spec/05-rooms.md. */
export const unblock = /* @__PURE__ */ request<UnblockRequest, OkFrame>(
  '54 unblock id:i name:s64',
  ok);

/** `blocks`, asked by a user, answered by `block-list`: spec/05-rooms.md. */
export interface BlocksRequest {
  readonly after?: number | null | undefined;
}
/** `blocks`, asked by a user, answered by `block-list`: spec/05-rooms.md. */
export const blocks = /* @__PURE__ */ request<BlocksRequest, BlockListFrame>(
  '56 blocks id:i after?:i=0',
  blockList, 's');
