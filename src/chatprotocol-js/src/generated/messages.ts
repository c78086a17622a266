// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

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
  readonly reply: number | null;
  readonly thread: number | null;
  readonly action: boolean;
}
/** `message`: spec/06-messages.md. */
export const message = /* @__PURE__ */ frame<MessageFrame>('76 message room:i seq:i time:i from:i name:s64 text:t reply?:i thread?:i action?:f=0');
