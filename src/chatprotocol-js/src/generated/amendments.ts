// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `amended`: spec/19-amendments.md. */
export interface AmendedFrame {
  readonly room: number;
  readonly seq: number;
  readonly through: number;
  readonly text: string | null;
  readonly edited: number | null;
  readonly pinned: boolean;
  readonly reactions: readonly {
    readonly reaction: string;
    readonly count: number;
    readonly own: boolean;
  }[];
}
/** `amended`: spec/19-amendments.md. */
export const amended = /* @__PURE__ */ frame<AmendedFrame>('113 amended room:i seq:i through:i text?:t edited?:i pinned?:f=0 reactions:[reaction:s64,count:i,own:f]');

/** `seq-list`: spec/19-amendments.md. */
export interface SeqListFrame {
  readonly id: number;
  readonly seqs: readonly {
    readonly seq: number;
  }[];
  readonly more: boolean;
}
/** `seq-list`: spec/19-amendments.md. */
export const seqList = /* @__PURE__ */ frame<SeqListFrame>('115 seq-list id:i seqs:[seq:i] more:f');

/** `reaction-list`: spec/19-amendments.md. */
export interface ReactionListFrame {
  readonly id: number;
  readonly reactions: readonly {
    readonly principal: number;
    readonly name: string;
    readonly reaction: string;
  }[];
  readonly more: boolean;
}
/** `reaction-list`: spec/19-amendments.md. */
export const reactionList = /* @__PURE__ */ frame<ReactionListFrame>('117 reaction-list id:i reactions:[principal:i,name:s64,reaction:s64] more:f');

/** `edited`: spec/19-amendments.md. */
export interface EditedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly target: number;
  readonly text: string;
}
/** `edited`: spec/19-amendments.md. */
export const edited = /* @__PURE__ */ frame<EditedFrame>('131 edited room:i seq:i time:i from:i name:s64 target:i text:t');

/** `retracted`: spec/19-amendments.md. */
export interface RetractedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly target: number;
}
/** `retracted`: spec/19-amendments.md. */
export const retracted = /* @__PURE__ */ frame<RetractedFrame>('133 retracted room:i seq:i time:i from:i name:s64 target:i');

/** `reacted`: spec/19-amendments.md. */
export interface ReactedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly target: number;
  readonly reactions: readonly {
    readonly reaction: string;
    readonly count: number;
  }[];
  readonly changes: readonly {
    readonly principal: number;
    readonly name: string;
    readonly reaction: string;
    readonly on: boolean;
  }[];
}
/** `reacted`: spec/19-amendments.md. */
export const reacted = /* @__PURE__ */ frame<ReactedFrame>('135 reacted room:i seq:i time:i from:i name:s64 target:i reactions:[reaction:s64,count:i] changes:[principal:i,name:s64,reaction:s64,on:f]');

/** `pinned`: spec/19-amendments.md. */
export interface PinnedFrame {
  readonly room: number;
  readonly seq: number;
  readonly time: number;
  readonly from: number;
  readonly name: string;
  readonly target: number;
  readonly on: boolean;
}
/** `pinned`: spec/19-amendments.md. */
export const pinned = /* @__PURE__ */ frame<PinnedFrame>('137 pinned room:i seq:i time:i from:i name:s64 target:i on:f');
