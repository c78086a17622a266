// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

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
