// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `presence`: spec/08-presence.md. */
export interface PresenceFrame {
  readonly room: number;
  readonly count: number;
  readonly arrived: readonly {
    readonly principal: number;
    readonly name: string;
  }[];
  readonly left: readonly {
    readonly principal: number;
    readonly name: string;
  }[];
}
/** `presence`: spec/08-presence.md. */
export const presence = /* @__PURE__ */ frame<PresenceFrame>('65 presence room:i count:i arrived:[principal:i,name:s64] left:[principal:i,name:s64]');

/** `member-list`: spec/08-presence.md. */
export interface MemberListFrame {
  readonly id: number;
  readonly members: readonly {
    readonly principal: number;
    readonly name: string;
    readonly sessions: number;
  }[];
  readonly more: boolean;
}
/** `member-list`: spec/08-presence.md. */
export const memberList = /* @__PURE__ */ frame<MemberListFrame>('82 member-list id:i members:[principal:i,name:s64,sessions:i] more:f');
