// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `error`: spec/11-errors.md. */
export interface ErrorFrame {
  readonly id: number | null;
  readonly code: number;
  readonly text: string;
  readonly retryAfter: number | null;
  readonly value: number | null;
  readonly field: string | null;
}
/** `error`: spec/11-errors.md. */
export const error = /* @__PURE__ */ frame<ErrorFrame>('68 error id?:i code:n text:s1024 retryAfter?:i value?:i field?:s64');
