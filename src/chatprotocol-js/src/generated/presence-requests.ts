// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { memberList, type MemberListFrame } from './presence.ts';

/** `members`, asked by a user, answered by `member-list`: spec/08-presence.md. */
export interface MembersRequest {
  readonly room: number;
  readonly after?: number | null | undefined;
}
/** `members`, asked by a user, answered by `member-list`: spec/08-presence.md. */
export const members = /* @__PURE__ */ request<MembersRequest, MemberListFrame>(
  '18 members id:i room:i after?:i=0',
  memberList, 's');
