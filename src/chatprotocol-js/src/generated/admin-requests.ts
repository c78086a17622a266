// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { sessionList, type SessionListFrame, statusReport, type StatusReportFrame, verified, type VerifiedFrame, retention, type RetentionFrame, banList, type BanListFrame, auditList, type AuditListFrame, configurationList, type ConfigurationListFrame, exported, type ExportedFrame, imported, type ImportedFrame } from './admin.ts';
import { ok, type OkFrame } from './session.ts';
import { posted, type PostedFrame } from './messages.ts';

/** `sessions`, asked by an admin, answered by `session-list`: spec/10-admin.md. */
export interface SessionsRequest {
  readonly after?: number | null | undefined;
}
/** `sessions`, asked by an admin, answered by `session-list`: spec/10-admin.md. */
export const sessions = /* @__PURE__ */ request<SessionsRequest, SessionListFrame>(
  '32 sessions id:i after?:i=0',
  sessionList, 's');

/** `kick`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export interface KickRequest {
  readonly session?: number | null | undefined;
  readonly name?: string | null | undefined;
  readonly reason?: string | null | undefined;
}
/** `kick`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const kick = /* @__PURE__ */ request<KickRequest, OkFrame>(
  '34 kick id:i session?:i name?:s64 reason?:s1024=',
  ok);

/** `tell`, asked by an admin, answered by `posted`: spec/10-admin.md. */
export interface TellRequest {
  readonly name: string;
  readonly text: string;
}
/** `tell`, asked by an admin, answered by `posted`: spec/10-admin.md. */
export const tell = /* @__PURE__ */ request<TellRequest, PostedFrame>(
  '36 tell id:i name:s64 text:t',
  posted);

/** `broadcast`, asked by an admin, answered by `posted`: spec/10-admin.md. */
export interface BroadcastRequest {
  readonly text: string;
}
/** `broadcast`, asked by an admin, answered by `posted`: spec/10-admin.md. */
export const broadcast = /* @__PURE__ */ request<BroadcastRequest, PostedFrame>(
  '38 broadcast id:i text:t',
  posted);

/** `status`, asked by an admin, answered by `status-report`: spec/10-admin.md. */
export type StatusRequest = Readonly<Record<never, never>>;
/** `status`, asked by an admin, answered by `status-report`: spec/10-admin.md. */
export const status = /* @__PURE__ */ request<StatusRequest, StatusReportFrame>(
  '40 status id:i',
  statusReport, 's');

/** `shutdown`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export interface ShutdownRequest {
  readonly grace: number;
  readonly reason?: string | null | undefined;
  readonly back?: number | null | undefined;
}
/** `shutdown`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const shutdown = /* @__PURE__ */ request<ShutdownRequest, OkFrame>(
  '42 shutdown id:i grace:i reason?:s1024= back?:i',
  ok);

/** `backup`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export interface BackupRequest {
  readonly path: string;
}
/** `backup`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const backup = /* @__PURE__ */ request<BackupRequest, OkFrame>(
  '44 backup id:i path:s4000',
  ok);

/** `verify`, asked by an admin, answered by `verified`: spec/10-admin.md. */
export type VerifyRequest = Readonly<Record<never, never>>;
/** `verify`, asked by an admin, answered by `verified`: spec/10-admin.md. */
export const verify = /* @__PURE__ */ request<VerifyRequest, VerifiedFrame>(
  '46 verify id:i',
  verified);

/** `erase`, asked by a user, answered by `ok`: spec/10-admin.md. */
export interface EraseRequest {
  readonly room: number;
  readonly seq: number;
}
/** `erase`, asked by a user, answered by `ok`: spec/10-admin.md. */
export const erase = /* @__PURE__ */ request<EraseRequest, OkFrame>(
  '48 erase id:i room:i seq:i',
  ok, 's');

/** `retain`, asked by a user, answered by `retention`: spec/10-admin.md. */
export interface RetainRequest {
  readonly room: number;
  readonly change: boolean;
  readonly age?: number | null | undefined;
  readonly count?: number | null | undefined;
  readonly bytes?: number | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}
/** `retain`, asked by a user, answered by `retention`: spec/10-admin.md. */
export const retain = /* @__PURE__ */ request<RetainRequest, RetentionFrame>(
  '50 retain id:i room:i change:f age?:i count?:i bytes?:i dryRun?:f=0',
  retention);

/** `ban`, asked by an admin, answered by `ban-list`: spec/10-admin.md. */
export interface BanRequest {
  readonly name?: string | null | undefined;
  readonly address?: string | null | undefined;
  readonly session?: number | null | undefined;
  readonly for?: number | null | undefined;
  readonly reason?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly force?: boolean | null | undefined;
}
/** `ban`, asked by an admin, answered by `ban-list`: spec/10-admin.md. */
export const ban = /* @__PURE__ */ request<BanRequest, BanListFrame>(
  '58 ban id:i name?:s64 address?:s64 session?:i for?:i reason?:s512= dryRun?:f=0 force?:f=0',
  banList);

/** `unban`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export interface UnbanRequest {
  readonly ban?: number | null | undefined;
  readonly name?: string | null | undefined;
  readonly address?: string | null | undefined;
}
/** `unban`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const unban = /* @__PURE__ */ request<UnbanRequest, OkFrame>(
  '60 unban id:i ban?:i name?:s64 address?:s64',
  ok);

/** `bans`, asked by an admin, answered by `ban-list`: spec/10-admin.md. */
export interface BansRequest {
  readonly after?: number | null | undefined;
}
/** `bans`, asked by an admin, answered by `ban-list`: spec/10-admin.md. */
export const bans = /* @__PURE__ */ request<BansRequest, BanListFrame>(
  '62 bans id:i after?:i=0',
  banList, 's');

/** `remove-room`, asked by a user, answered by `ok`: spec/10-admin.md. */
export interface RemoveRoomRequest {
  readonly room: number;
}
/** `remove-room`, asked by a user, answered by `ok`: spec/10-admin.md. */
export const removeRoom = /* @__PURE__ */ request<RemoveRoomRequest, OkFrame>(
  '100 remove-room id:i room:i',
  ok);

/** `accept-time`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export type AcceptTimeRequest = Readonly<Record<never, never>>;
/** `accept-time`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const acceptTime = /* @__PURE__ */ request<AcceptTimeRequest, OkFrame>(
  '110 accept-time id:i',
  ok);

/** `audit`, asked by an admin, answered by `audit-list`: spec/10-admin.md. */
export interface AuditRequest {
  readonly after?: number | null | undefined;
  readonly before?: number | null | undefined;
  readonly name?: string | null | undefined;
  readonly verb?: string | null | undefined;
}
/** `audit`, asked by an admin, answered by `audit-list`: spec/10-admin.md. */
export const audit = /* @__PURE__ */ request<AuditRequest, AuditListFrame>(
  '112 audit id:i after?:i=0 before?:i name?:s64 verb?:s32',
  auditList, 's');

/** `trace`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export interface TraceRequest {
  readonly session: number;
  readonly bodies?: boolean | null | undefined;
  readonly stop?: boolean | null | undefined;
}
/** `trace`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const trace = /* @__PURE__ */ request<TraceRequest, OkFrame>(
  '116 trace id:i session:i bodies?:f=0 stop?:f=0',
  ok);

/** `configuration`, asked by an admin, answered by `configuration-list`: spec/10-admin.md. */
export interface ConfigurationRequest {
  readonly after?: number | null | undefined;
}
/** `configuration`, asked by an admin, answered by `configuration-list`: spec/10-admin.md. */
export const configuration = /* @__PURE__ */ request<ConfigurationRequest, ConfigurationListFrame>(
  '118 configuration id:i after?:i=0',
  configurationList, 's');

/** `reload`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export type ReloadRequest = Readonly<Record<never, never>>;
/** `reload`, asked by an admin, answered by `ok`: spec/10-admin.md. */
export const reload = /* @__PURE__ */ request<ReloadRequest, OkFrame>(
  '122 reload id:i',
  ok);

/** `export`, asked by an admin, answered by `exported`: spec/10-admin.md. */
export interface ExportRequest {
  readonly path: string;
  readonly room?: number | null | undefined;
}
/** `export`, asked by an admin, answered by `exported`: spec/10-admin.md. */
export const exportRequest = /* @__PURE__ */ request<ExportRequest, ExportedFrame>(
  '124 export id:i path:s4000 room?:i',
  exported);

/** `import`, asked by an admin, answered by `imported`: spec/10-admin.md. */
export interface ImportRequest {
  readonly path: string;
  readonly room?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}
/** `import`, asked by an admin, answered by `imported`: spec/10-admin.md. */
export const importRequest = /* @__PURE__ */ request<ImportRequest, ImportedFrame>(
  '126 import id:i path:s4000 room?:s64 dryRun?:f=0',
  imported);
