// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `marker`: spec/21-markers.md. */
export interface MarkerFrame {
  readonly room: number;
  readonly seq: number;
  readonly unread: number;
  readonly exact: boolean;
  readonly head: number;
}
/** `marker`: spec/21-markers.md. */
export const marker = /* @__PURE__ */ frame<MarkerFrame>('121 marker room:i seq:i unread:i exact:f head:i');

/** `unread-list`: spec/21-markers.md. */
export interface UnreadListFrame {
  readonly id: number;
  readonly rooms: readonly {
    readonly room: number;
    readonly seq: number;
    readonly unread: number;
    readonly exact: boolean;
    readonly head: number;
  }[];
  readonly more: boolean;
}
/** `unread-list`: spec/21-markers.md. */
export const unreadList = /* @__PURE__ */ frame<UnreadListFrame>('123 unread-list id:i rooms:[room:i,seq:i,unread:i,exact:f,head:i] more:f');

/** `marked`: spec/21-markers.md. */
export interface MarkedFrame {
  readonly id: number;
  readonly seq: number;
  readonly unread: number;
  readonly exact: boolean;
  readonly head: number;
}
/** `marked`: spec/21-markers.md. */
export const marked = /* @__PURE__ */ frame<MarkedFrame>('125 marked id:i seq:i unread:i exact:f head:i');
