// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { posted, type PostedFrame } from './messages.ts';
import { seqList, type SeqListFrame, reactionList, type ReactionListFrame } from './amendments.ts';

/** `edit`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export interface EditRequest {
  readonly room: number;
  readonly seq: number;
  readonly text: string;
}
/** `edit`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export const edit = /* @__PURE__ */ request<EditRequest, PostedFrame>(
  '1 edit id:i room:i seq:i text:t',
  posted, 's');

/** `retract`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export interface RetractRequest {
  readonly room: number;
  readonly seq: number;
}
/** `retract`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export const retract = /* @__PURE__ */ request<RetractRequest, PostedFrame>(
  '3 retract id:i room:i seq:i',
  posted, 's');

/** `react`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export interface ReactRequest {
  readonly room: number;
  readonly seq: number;
  readonly reaction: string;
  readonly on?: boolean | null | undefined;
}
/** `react`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export const react = /* @__PURE__ */ request<ReactRequest, PostedFrame>(
  '5 react id:i room:i seq:i reaction:s64 on?:f=1',
  posted, 's');

/** `pin`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export interface PinRequest {
  readonly room: number;
  readonly seq: number;
  readonly on?: boolean | null | undefined;
}
/** `pin`, asked by a user, answered by `posted`: spec/19-amendments.md. */
export const pin = /* @__PURE__ */ request<PinRequest, PostedFrame>(
  '7 pin id:i room:i seq:i on?:f=1',
  posted, 's');

/** `pins`, asked by a user, answered by `seq-list`: spec/19-amendments.md. */
export interface PinsRequest {
  readonly room: number;
}
/** `pins`, asked by a user, answered by `seq-list`: spec/19-amendments.md. */
export const pins = /* @__PURE__ */ request<PinsRequest, SeqListFrame>(
  '9 pins id:i room:i',
  seqList, 's');

/** `thread-messages`, asked by a user, answered by `seq-list`: spec/19-amendments.md. */
export interface ThreadMessagesRequest {
  readonly room: number;
  readonly root: number;
  readonly after?: number | null | undefined;
}
/** `thread-messages`, asked by a user, answered by `seq-list`: spec/19-amendments.md. */
export const threadMessages = /* @__PURE__ */ request<ThreadMessagesRequest, SeqListFrame>(
  '11 thread-messages id:i room:i root:i after?:i=0',
  seqList, 's');

/** `reactions`, asked by a user, answered by `reaction-list`: spec/19-amendments.md. */
export interface ReactionsRequest {
  readonly room: number;
  readonly seq: number;
  readonly after?: number | null | undefined;
}
/** `reactions`, asked by a user, answered by `reaction-list`: spec/19-amendments.md. */
export const reactions = /* @__PURE__ */ request<ReactionsRequest, ReactionListFrame>(
  '13 reactions id:i room:i seq:i after?:i=0',
  reactionList, 's');
