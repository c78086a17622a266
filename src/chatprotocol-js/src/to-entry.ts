import type { Entry, Gap } from './entries.ts';
import { entryType } from './entry-types.ts';
import type { GapFrame } from './generated/delivery.ts';
import type { Post } from './post.ts';

/** The entry of a decoded frame, whose values become its own. */
export function toEntry(code: number, values: Record<string, unknown>, post: Post | undefined): Entry {
  const kind = entryType(code)!.name;
  values['kind'] = kind;
  values['said'] = code % 2 === 0;
  values['text'] ??= '';
  if (kind === 'unknown')
    values['code'] = code;
  if (post)
    values['post'] = post;
  return values as unknown as Entry;
}

/** The gap of a frame. */
export const toGap = ({ room, first, last, why }: GapFrame): Gap =>
  ({ kind: 'gap', room, first, last, why: (['damaged', 'expired'] as const)[why] ?? 'unknown' });
