// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `found`: spec/20-search.md. */
export interface FoundFrame {
  readonly id: number;
  readonly count: number;
  readonly marks: readonly {
    readonly entry: number;
    readonly start: number;
    readonly length: number;
  }[];
  readonly next: Uint8Array | null;
  readonly missingFrom: number | null;
}
/** `found`: spec/20-search.md. */
export const found = /* @__PURE__ */ frame<FoundFrame>('119 found id:i count:n marks:[entry:n,start:n,length:n] next?:b64 missingFrom?:i');
