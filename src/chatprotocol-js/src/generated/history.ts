// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `page`: spec/09-history.md. */
export interface PageFrame {
  readonly id: number;
  readonly room: number;
  readonly epoch: number;
  readonly count: number;
  readonly head: number;
  readonly more: boolean;
  readonly gaps: number;
  readonly amended: number;
}
/** `page`: spec/09-history.md. */
export const page = /* @__PURE__ */ frame<PageFrame>('78 page id:i room:i epoch:i count:n head:i more:f gaps?:n=0 amended?:n=0');
