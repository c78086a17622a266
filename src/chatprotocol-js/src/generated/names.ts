// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `renamed`: spec/04-names.md. */
export interface RenamedFrame {
  readonly name: string;
}
/** `renamed`: spec/04-names.md. */
export const renamed = /* @__PURE__ */ frame<RenamedFrame>('103 renamed name:s64');
