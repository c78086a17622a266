// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { roomInfo, type RoomInfoFrame, roomList, type RoomListFrame, blockList, type BlockListFrame } from './rooms.ts';
import { ok, type OkFrame } from './session.ts';

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
