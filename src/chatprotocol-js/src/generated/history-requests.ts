// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { page, type PageFrame } from './history.ts';

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
