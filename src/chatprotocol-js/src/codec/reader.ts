import type { Field, FrameType } from './types.ts';
import { Violation } from './violation.ts';

/** A decoded frame; its type is undefined if its code is not known, and then it has no values. */
export interface Decoded {
  readonly type: FrameType | undefined;
  readonly code: number;
  readonly values: Record<string, unknown>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MaxDepth = 8;
const MaxCode = 2 ** 31 - 1;
const MaxInteger = 2 ** 53 - 1;

/**
 * Decodes a payload by the strict profile of spec/02-encoding.md. Nothing that it gives refers to the payload's memory.
 * @throws Violation for anything that breaks the profile.
 */
export function decode(payload: Uint8Array, typeOf: (code: number) => FrameType | undefined): Decoded {
  const reader = new Reader(payload);
  try {
    return reader.frame(typeOf);
  } catch (fault) {
    // A view's bounds are the payload's, and the text decoder takes no invalid UTF-8 (CP-ENC-005).
    throw fault instanceof Violation ? fault : new Violation(reader.field);
  }
}

class Reader {
  /** The field that is read. */
  field = 'code';
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  frame(typeOf: (code: number) => FrameType | undefined): Decoded {
    const count = this.#array(1);
    const code = this.#int(MaxCode);
    const type = typeOf(code);
    const values = this.#fields(type?.fields ?? [], count - 1, 1);
    this.#check(this.#left === 0);
    return { type, code, values };
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The items of an array at a depth; those behind the known ones are skipped (CP-ENC-007). */
  #fields(fields: readonly Field[], count: number, depth: number): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    let left = count;
    for (const field of fields) {
      this.field = field.name;
      values[field.name] = this.#field(field, left-- > 0, depth + 1);
    }
    for (; left > 0; left--)
      this.#skip(depth + 1);
    return values;
  }

  #field(field: Field, isThere: boolean, depth: number): unknown {
    if (!isThere || this.#bytes[this.#at] === 0xc0) {
      this.#check(field.optional);
      this.#at += Number(isThere);
      return field.fallback;
    }
    switch (field.type) {
      case 'f':
        return this.#bool();
      case 's': case 't':
        return this.#text(field);
      case 'b':
        return this.#bin(field);
      case 'c':
        return this.#list(depth, () => this.#text(field));
      case 'l':
        return this.#list(depth, () => this.#fields(field.items, this.#array(depth + 1), depth + 1));
      case 'm':
        return this.#map(field, depth);
      default:
        return this.#int(field.limit);
    }
  }

  #bool(): boolean {
    const format = this.#byte();
    this.#check(format >> 1 === 0xc2 >> 1);
    return format === 0xc3;
  }

  #int(limit: number): number {
    const value = this.#anyInt(this.#byte());
    this.#check(value >= 0 && value <= limit);
    return value;
  }

  #list<T>(depth: number, read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.#array(depth); left > 0; left--)
      items.push(read());
    return items;
  }

  #map(field: Field, depth: number): Record<string, number> {
    const values = Object.create(null) as Record<string, number>;
    for (let left = this.#count(this.#byte(), 0x80, 0xde, depth); left > 0; left--) {
      const key = this.#text(field);
      this.#check(!(key in values));
      values[key] = this.#int(MaxInteger);
    }
    return values;
  }

  #text(field: Field): string {
    const size = this.#textSize(this.#byte());
    this.#check(size >= 0 && size <= (field.limit || size));
    return this.#string(this.#take(size));
  }

  #bin(field: Field): Uint8Array {
    const size = this.#binSize(this.#byte());
    this.#check(size >= field.least && size <= field.limit);
    return this.#take(size).slice();
  }

  #string(bytes: Uint8Array): string {
    let text = '';
    // Short ones are mostly ASCII, for which a TextDecoder is slow.
    if (bytes.length <= 24)
      for (let i = 0; i < bytes.length && bytes[i]! < 128; i++)
        text += String.fromCharCode(bytes[i]!);
    return text.length === bytes.length ? text : utf8.decode(bytes);
  }

  /** Passes over a value of any type of the profile. */
  #skip(depth: number): void {
    this.field = 'a skipped item';
    const format = this.#byte();
    if (format === 0xc0 || format === 0xc2 || format === 0xc3 || this.#anyInt(format) >= 0)
      return;
    const text = this.#textSize(format);
    const bin = this.#binSize(format);
    if (text >= 0)
      this.#string(this.#take(text));
    else if (bin >= 0)
      this.#take(bin);
    else
      for (let left = this.#isMap(format) ? 2 * this.#count(format, 0x80, 0xde, depth) : this.#count(format, 0x90, 0xdc, depth); left > 0; left--)
        this.#skip(depth + 1);
  }

  #isMap(format: number): boolean {
    return format < 0x90 || format >= 0xde;
  }

  #array(depth: number): number {
    return this.#count(this.#byte(), 0x90, 0xdc, depth);
  }

  /** The count of an array or a map, in its first byte or behind one of the two formats; never above the bytes that are left. */
  #count(format: number, small: number, wide: number, depth: number): number {
    const count = format >= small && format < small + 16 ? format - small : format === wide ? this.#uint(2) : format === wide + 1 ? this.#uint(4) : -1;
    this.#check(count >= 0 && count <= this.#left && depth <= MaxDepth);
    return count;
  }

  #textSize(format: number): number {
    return format >> 5 === 5 ? format & 31 : format >= 0xd9 && format <= 0xdb ? this.#uint(1 << format - 0xd9) : -1;
  }

  #binSize(format: number): number {
    return format >= 0xc4 && format <= 0xc6 ? this.#uint(1 << format - 0xc4) : -1;
  }

  /** An integer of any form; -1 if it is none. A negative one, and one of 2^53 or more, is a violation (CP-ENC-004). */
  #anyInt(format: number): number {
    if (format < 0x80)
      return format;
    if (format < 0xcc || format > 0xd3) {
      this.#check(format < 0xe0);
      return -1;
    }
    const size = 1 << (format & 3);
    const value = size === 8 ? this.#uint(4) * 2 ** 32 + this.#uint(4) : this.#uint(size);
    this.#check(value <= MaxInteger && (format < 0xd0 || value < 2 ** (8 * size - 1)));
    return value;
  }

  #uint(size: number): number {
    const at = this.#at;
    this.#at += size;
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #byte(): number {
    return this.#uint(1);
  }

  #take(size: number): Uint8Array {
    this.#check(size <= this.#left);
    return this.#bytes.subarray(this.#at, this.#at += size);
  }

  #check(isRight: boolean): void {
    if (!isRight)
      throw new Violation(this.field);
  }
}
