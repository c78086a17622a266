// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { found, type FoundFrame } from './search.ts';

/** `search`, asked by a user, answered by `found`: spec/20-search.md. */
export interface SearchRequest {
  readonly query: string;
  readonly count: number;
  readonly room?: number | null | undefined;
  readonly author?: string | null | undefined;
  readonly since?: number | null | undefined;
  readonly until?: number | null | undefined;
  readonly kind?: number | null | undefined;
  readonly before?: Uint8Array | null | undefined;
}
/** `search`, asked by a user, answered by `found`: spec/20-search.md. */
export const search = /* @__PURE__ */ request<SearchRequest, FoundFrame>(
  '15 search id:i query:t count:n room?:i author?:s64 since?:i until?:i kind?:i before?:b64',
  found);
