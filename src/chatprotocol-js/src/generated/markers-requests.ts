// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { marked, type MarkedFrame, unreadList, type UnreadListFrame } from './markers.ts';

/** `mark-read`, asked by a user, answered by `marked`: spec/21-markers.md. */
export interface MarkReadRequest {
  readonly room: number;
  readonly seq: number;
}
/** `mark-read`, asked by a user, answered by `marked`: spec/21-markers.md. */
export const markRead = /* @__PURE__ */ request<MarkReadRequest, MarkedFrame>(
  '17 mark-read id:i room:i seq:i',
  marked);

/** `unread`, asked by a user, answered by `unread-list`: spec/21-markers.md. */
export interface UnreadRequest {
  readonly after?: number | null | undefined;
}
/** `unread`, asked by a user, answered by `unread-list`: spec/21-markers.md. */
export const unread = /* @__PURE__ */ request<UnreadRequest, UnreadListFrame>(
  '19 unread id:i after?:i=0',
  unreadList);
