/** A field of a frame, as spec/registry/messages.json lists it. */
export interface Field {
  readonly name: string;
  /** i int, n int below 2^31, s str, t text, b bin, f bool, c list of capabilities, m map of limits, l list of arrays. */
  readonly type: string;
  readonly optional: boolean;
  /** The largest value of an int; the most bytes of a str or bin; 0 for a text, which has the server's limit. */
  readonly limit: number;
  /** The fewest bytes of a bin. */
  readonly least: number;
  /** The value that stands for an absent one: null where nothing is told. */
  readonly fallback: unknown;
  readonly items: readonly Field[];
}

/** A frame by its code, with its fields in their order. `F` is what it decodes to. */
export interface FrameType<F = unknown> {
  readonly code: number;
  readonly name: string;
  readonly fields: readonly Field[];
  /** Only for the type checker. */
  readonly decoded?: F;
}

/** A request: its fields without the id, and the frame that answers it. */
export interface RequestType<F = never, R = unknown> extends FrameType {
  readonly reply: FrameType<R>;
  /** Whether it may be sent again when nobody knows whether it was carried out: it only asks, or carries itself out once. */
  readonly safe: boolean;
  /** Whether it holds a password or an invitation, and goes over a confidential connection only (CP-ACC-006). */
  readonly secret: boolean;
  /** Only for the type checker. */
  readonly encoded?: (fields: F) => void;
}

/** The fields of a request. */
export type FieldsOf<R> = R extends RequestType<infer F, unknown> ? F : never;

/** The answer of a request. */
export type ReplyOf<R> = R extends RequestType<never, infer A> ? A : never;

const MaxInteger = 2 ** 53 - 1;
const MaxCode = 2 ** 31 - 1;
const FieldForm = /^(\w+)(\?)?:(?:\[(.+)\]|(\w)(?:(\d+)-)?(\d*)(!)?)(?:=(.*))?$/;

/** A frame of a row of the generated table: its code, its name and its fields. */
export function frame<F>(row: string): FrameType<F> {
  const [code, name, ...fields] = row.split(' ');
  return { code: Number(code), name: name!, fields: fields.map(toField) };
}

/** A request of a row, whose flags are `s` for safe and `!` for secret. */
export function request<F, R>(row: string, reply: FrameType<R>, flags = ''): RequestType<F, R> {
  return { ...frame(row), reply, safe: flags.includes('s'), secret: flags.includes('!') };
}

function toField(text: string): Field {
  const [, name, optional, items, type = 'l', least, limit, exact, fallback] = FieldForm.exec(text)!;
  const most = Number(limit) || (type === 'i' ? MaxInteger : type === 'n' ? MaxCode : 0);
  return {
    name: name!,
    type,
    optional: !!optional,
    limit: most,
    least: exact ? most : Number(least ?? 0),
    fallback: fallback === undefined ? null : type === 's' ? fallback : type === 'f' ? fallback === '1' : Number(fallback),
    items: items?.split(',').map(toField) ?? [],
  };
}
