// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `taken`: spec/07-delivery.md. */
export interface TakenFrame {
  readonly room: number;
  readonly bytes: number;
}
/** `taken`: spec/07-delivery.md. */
export const taken = /* @__PURE__ */ frame<TakenFrame>('53 taken room:i bytes:i');

/** `lag`: spec/07-delivery.md. */
export interface LagFrame {
  readonly room: number;
  readonly head: number;
}
/** `lag`: spec/07-delivery.md. */
export const lag = /* @__PURE__ */ frame<LagFrame>('67 lag room:i head:i');

/** `gap`: spec/07-delivery.md. */
export interface GapFrame {
  readonly room: number;
  readonly first: number;
  readonly last: number;
  readonly why: number;
}
/** `gap`: spec/07-delivery.md. */
export const gap = /* @__PURE__ */ frame<GapFrame>('73 gap room:i first:i last:i why:n');
