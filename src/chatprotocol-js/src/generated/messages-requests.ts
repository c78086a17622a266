// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { posted, type PostedFrame } from './messages.ts';

/** `post`, asked by a user, answered by `posted`: spec/06-messages.md. */
export interface PostRequest {
  readonly room: number;
  readonly text: string;
  readonly counter?: number | null | undefined;
  readonly key?: Uint8Array | null | undefined;
  readonly reply?: number | null | undefined;
  readonly thread?: number | null | undefined;
  readonly action?: boolean | null | undefined;
}
/** `post`, asked by a user, answered by `posted`: spec/06-messages.md. */
export const post = /* @__PURE__ */ request<PostRequest, PostedFrame>(
  '10 post id:i room:i text:t counter?:i key?:b1-64 reply?:i thread?:i action?:f=0',
  posted);
