// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';
import { ok, type OkFrame } from './session.ts';
import { posted, type PostedFrame } from './messages.ts';

/** `notice`: spec/10-admin.md. */
export interface NoticeFrame {
  readonly time: number;
  readonly text: string;
}
/** `notice`: spec/10-admin.md. */
export const notice = /* @__PURE__ */ frame<NoticeFrame>('69 notice time:i text:t');

/** `session-list`: spec/10-admin.md. */
export interface SessionListFrame {
  readonly id: number;
  readonly sessions: readonly {
    readonly session: number;
    readonly name: string;
    readonly address: string;
    readonly transport: string;
    readonly rooms: number;
    readonly since: number;
    readonly idle: number;
    readonly queued: number;
  }[];
  readonly more: boolean;
}
/** `session-list`: spec/10-admin.md. */
export const sessionList = /* @__PURE__ */ frame<SessionListFrame>('84 session-list id:i sessions:[session:i,name:s64,address:s256,transport:s64,rooms:i,since:i,idle:i,queued:i] more:f');

/** `status-report`: spec/10-admin.md. */
export interface StatusReportFrame {
  readonly id: number;
  readonly agent: string;
  readonly started: number;
  readonly sessions: number;
  readonly rooms: number;
  readonly posts: number;
  readonly queued: number;
  readonly free: number | null;
  readonly floor: number | null;
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly certificate: string | null;
  readonly connections: number | null;
  readonly capacity: number | null;
  readonly delivered: number | null;
  readonly commits: number | null;
  readonly commitTime: number | null;
  readonly slowestCommit: number | null;
  readonly memory: number | null;
  readonly certificateEnd: number | null;
  readonly audit: string | null;
}
/** `status-report`: spec/10-admin.md. */
export const statusReport = /* @__PURE__ */ frame<StatusReportFrame>('86 status-report id:i agent:s64 started:i sessions:i rooms:i posts:i queued:i free?:i floor?:i ahead?:i behind?:i certificate?:s64 connections?:i capacity?:i delivered?:i commits?:i commitTime?:i slowestCommit?:i memory?:i certificateEnd?:i audit?:s96');

/** `verified`: spec/10-admin.md. */
export interface VerifiedFrame {
  readonly id: number;
  readonly segments: number;
  readonly entries: number;
  readonly damaged: number;
  readonly audit: number | null;
}
/** `verified`: spec/10-admin.md. */
export const verified = /* @__PURE__ */ frame<VerifiedFrame>('90 verified id:i segments:i entries:i damaged:i audit?:i');

/** `retention`: spec/10-admin.md. */
export interface RetentionFrame {
  readonly id: number;
  readonly oldest: number;
  readonly age: number | null;
  readonly count: number | null;
  readonly bytes: number | null;
  readonly entries: number | null;
}
/** `retention`: spec/10-admin.md. */
export const retention = /* @__PURE__ */ frame<RetentionFrame>('92 retention id:i oldest:i age?:i count?:i bytes?:i entries?:i');

/** `ban-list`: spec/10-admin.md. */
export interface BanListFrame {
  readonly id: number;
  readonly bans: readonly {
    readonly ban: number;
    readonly principal: number;
    readonly subject: string;
    readonly until: number;
    readonly reason: string;
    readonly by: string;
    readonly made: number;
  }[];
  readonly more: boolean;
  readonly hit: number | null;
}
/** `ban-list`: spec/10-admin.md. */
export const banList = /* @__PURE__ */ frame<BanListFrame>('96 ban-list id:i bans:[ban:i,principal:i,subject:s64,until:i,reason:s512,by:s64,made:i] more:f hit?:i');

/** `exported`: spec/10-admin.md. */
export interface ExportedFrame {
  readonly id: number;
  readonly rooms: number;
  readonly entries: number;
  readonly hash: Uint8Array;
}
/** `exported`: spec/10-admin.md. */
export const exported = /* @__PURE__ */ frame<ExportedFrame>('102 exported id:i rooms:i entries:i hash:b32');

/** `imported`: spec/10-admin.md. */
export interface ImportedFrame {
  readonly id: number;
  readonly rooms: number;
  readonly entries: number;
  readonly accounts: number;
  readonly whole: boolean;
  readonly name: string | null;
  readonly room: number | null;
}
/** `imported`: spec/10-admin.md. */
export const imported = /* @__PURE__ */ frame<ImportedFrame>('104 imported id:i rooms:i entries:i accounts:i whole:f name?:s64 room?:i');

/** `traced`: spec/10-admin.md. */
export interface TracedFrame {
  readonly session: number;
  readonly direction: number;
  readonly time: number;
  readonly code: number;
  readonly size: number;
  readonly frame: Uint8Array | null;
  readonly skipped: number;
}
/** `traced`: spec/10-admin.md. */
export const traced = /* @__PURE__ */ frame<TracedFrame>('109 traced session:i direction:n time:i code:n size:i frame?:b16777215 skipped?:i=0');

/** `audit-list`: spec/10-admin.md. */
export interface AuditListFrame {
  readonly id: number;
  readonly records: readonly {
    readonly number: number;
    readonly time: number;
    readonly principal: number;
    readonly name: string;
    readonly credential: number;
    readonly token: number;
    readonly address: string;
    readonly verb: string;
    readonly target: string;
    readonly whom: number;
    readonly room: number;
    readonly reason: string;
    readonly was: string;
    readonly is: string;
    readonly result: number;
    readonly hash: Uint8Array;
  }[];
  readonly more: boolean;
  readonly through: number;
}
/** `audit-list`: spec/10-admin.md. */
export const auditList = /* @__PURE__ */ frame<AuditListFrame>('114 audit-list id:i records:[number:i,time:i,principal:i,name:s64,credential:n,token:i,address:s256,verb:s32,target:s128,whom:i,room:i,reason:s512,was:s128,is:s128,result:n,hash:b32] more:f through:i');

/** `configuration-list`: spec/10-admin.md. */
export interface ConfigurationListFrame {
  readonly id: number;
  readonly settings: readonly {
    readonly setting: number;
    readonly name: string;
    readonly value: string;
    readonly source: number;
    readonly restart: boolean;
    readonly place: string | null;
    readonly next: string | null;
  }[];
  readonly more: boolean;
}
/** `configuration-list`: spec/10-admin.md. */
export const configurationList = /* @__PURE__ */ frame<ConfigurationListFrame>('120 configuration-list id:i settings:[setting:i,name:s64,value:s1024,source:n,restart:f,place?:s1024,next?:s1024] more:f');

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
