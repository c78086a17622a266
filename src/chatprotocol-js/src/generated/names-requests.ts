// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { loggedIn, type LoggedInFrame } from './session.ts';

/** `nick`, asked by a user, answered by `logged-in`: spec/04-names.md. */
export interface NickRequest {
  readonly name: string;
}
/** `nick`, asked by a user, answered by `logged-in`: spec/04-names.md. */
export const nick = /* @__PURE__ */ request<NickRequest, LoggedInFrame>(
  '20 nick id:i name:s64',
  loggedIn);
