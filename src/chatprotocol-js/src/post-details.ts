/** What a post may say beside its text. */
interface PostDetails {
  readonly reply?: number;
  readonly thread?: number;
  readonly action?: boolean;
}

/** The details that are given; none for a post that is a text alone. @throws RangeError for what is no seq. */
export function detailsOf({ reply, thread, action }: PostDetails): PostDetails {
  for (const seq of [reply, thread])
    if (seq !== undefined && !(Number.isSafeInteger(seq) && seq > 0))
      throw new RangeError(`${seq} is the seq of no message`);
  return { ...(reply !== undefined && { reply }), ...(thread !== undefined && { thread }), ...(action && { action }) };
}
