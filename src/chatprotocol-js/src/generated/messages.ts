// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';

/** `posted`: spec/06-messages.md. */
export interface PostedFrame {
  readonly id: number;
  readonly seq: number | null;
  readonly time: number | null;
}
/** `posted`: spec/06-messages.md. */
export const posted = /* @__PURE__ */ frame<PostedFrame>('74 posted id:i seq?:i time?:i');

/** `erased`: spec/06-messages.md. */
export interface ErasedFrame {
  readonly room: number;
  readonly seq: number;
}
/** `erased`: spec/06-messages.md. */
export const erased = /* @__PURE__ */ frame<ErasedFrame>('75 erased room:i seq:i');

/** `message`: spec/06-messages.md. */
export interface MessageFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly text: string;
}
/** `message`: spec/06-messages.md. */
export const message = /* @__PURE__ */ frame<MessageFrame>('76 message room:i seq:i time:i from:i name:s64 text:t');

/** `post`, asked by a user, answered by `posted`: spec/06-messages.md. */
export interface PostRequest {
  readonly room: number;
  readonly text: string;
  readonly counter?: number | null | undefined;
  readonly key?: Uint8Array | null | undefined;
}
/** `post`, asked by a user, answered by `posted`: spec/06-messages.md. */
export const post = /* @__PURE__ */ request<PostRequest, PostedFrame>(
  '10 post id:i room:i text:t counter?:i key?:b1-64',
  posted);
