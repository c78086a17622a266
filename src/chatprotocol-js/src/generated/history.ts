// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';

/** `page`: spec/09-history.md. */
export interface PageFrame {
  readonly id: number;
  readonly room: number;
  readonly epoch: number;
  readonly count: number;
  readonly head: number;
  readonly more: boolean;
  readonly gaps: number;
}
/** `page`: spec/09-history.md. */
export const page = /* @__PURE__ */ frame<PageFrame>('78 page id:i room:i epoch:i count:n head:i more:f gaps?:n=0');

/** `history`, asked by a user, answered by `page`: spec/09-history.md. */
export interface HistoryRequest {
  readonly room: number;
  readonly count: number;
  readonly before?: number | null | undefined;
  readonly after?: number | null | undefined;
  readonly since?: number | null | undefined;
  readonly until?: number | null | undefined;
}
/** `history`, asked by a user, answered by `page`: spec/09-history.md. */
export const history = /* @__PURE__ */ request<HistoryRequest, PageFrame>(
  '14 history id:i room:i count:n before?:i after?:i since?:i until?:i',
  page, 's');
