// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { roomInfo, type RoomInfoFrame } from './rooms.ts';
import { posted, type PostedFrame } from './messages.ts';
import { roleList, type RoleListFrame, purged, type PurgedFrame } from './room-roles.ts';
import { ok, type OkFrame } from './session.ts';

/** `create-room`, asked by a user, answered by `room-info`: spec/16-room-roles.md. */
export interface CreateRoomRequest {
  readonly kind: number;
  readonly name: string;
  readonly topic?: string | null | undefined;
}
/** `create-room`, asked by a user, answered by `room-info`: spec/16-room-roles.md. */
export const createRoom = /* @__PURE__ */ request<CreateRoomRequest, RoomInfoFrame>(
  '236 create-room id:i kind:n name:s64 topic?:s1024=',
  roomInfo);

/** `change-room`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export interface ChangeRoomRequest {
  readonly room: number;
  readonly title?: string | null | undefined;
  readonly topic?: string | null | undefined;
  readonly moderated?: number | null | undefined;
  readonly archived?: number | null | undefined;
  readonly slow?: number | null | undefined;
  readonly editFor?: number | null | undefined;
}
/** `change-room`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export const changeRoom = /* @__PURE__ */ request<ChangeRoomRequest, PostedFrame>(
  '238 change-room id:i room:i title?:s64 topic?:s1024 moderated?:i archived?:i slow?:i editFor?:i',
  posted);

/** `set-role`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export interface SetRoleRequest {
  readonly room: number;
  readonly name: string;
  readonly role: number;
  readonly reason?: string | null | undefined;
}
/** `set-role`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export const setRole = /* @__PURE__ */ request<SetRoleRequest, PostedFrame>(
  '240 set-role id:i room:i name:s64 role:n reason?:s512=',
  posted);

/** `restrict`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export interface RestrictRequest {
  readonly room: number;
  readonly name: string;
  readonly restriction: number;
  readonly for?: number | null | undefined;
  readonly reason?: string | null | undefined;
}
/** `restrict`, asked by a user, answered by `posted`: spec/16-room-roles.md. */
export const restrict = /* @__PURE__ */ request<RestrictRequest, PostedFrame>(
  '242 restrict id:i room:i name:s64 restriction:n for?:i reason?:s512=',
  posted);

/** `room-roles`, asked by a user, answered by `role-list`: spec/16-room-roles.md. */
export interface RoomRolesRequest {
  readonly room: number;
  readonly after?: number | null | undefined;
}
/** `room-roles`, asked by a user, answered by `role-list`: spec/16-room-roles.md. */
export const roomRoles = /* @__PURE__ */ request<RoomRolesRequest, RoleListFrame>(
  '244 room-roles id:i room:i after?:i=0',
  roleList, 's');

/** `purge`, asked by a user, answered by `purged`: spec/16-room-roles.md. */
export interface PurgeRequest {
  readonly name: string;
  readonly for: number;
  readonly room?: number | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}
/** `purge`, asked by a user, answered by `purged`: spec/16-room-roles.md. */
export const purge = /* @__PURE__ */ request<PurgeRequest, PurgedFrame>(
  '248 purge id:i name:s64 for:i room?:i dryRun?:f=0',
  purged);

/** `report`, asked by a user, answered by `ok`: spec/16-room-roles.md. */
export interface ReportRequest {
  readonly room: number;
  readonly seq: number;
  readonly reason?: string | null | undefined;
}
/** `report`, asked by a user, answered by `ok`: spec/16-room-roles.md. */
export const report = /* @__PURE__ */ request<ReportRequest, OkFrame>(
  '252 report id:i room:i seq:i reason?:s512=',
  ok, 's');
