// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';
import { loggedIn, type LoggedInFrame } from './session.ts';

/** `renamed`: spec/04-names.md. */
export interface RenamedFrame {
  readonly name: string;
}
/** `renamed`: spec/04-names.md. */
export const renamed = /* @__PURE__ */ frame<RenamedFrame>('103 renamed name:s64');

/** `nick`, asked by a user, answered by `logged-in`: spec/04-names.md. */
export interface NickRequest {
  readonly name: string;
}
/** `nick`, asked by a user, answered by `logged-in`: spec/04-names.md. */
export const nick = /* @__PURE__ */ request<NickRequest, LoggedInFrame>(
  '20 nick id:i name:s64',
  loggedIn);
