import type { Field, FrameType } from './types.ts';
import { Violation } from './violation.ts';

const utf8 = new TextEncoder();
const loneSurrogate = /\p{Surrogate}/u;

/** Encodes frames one behind the other, in the shortest forms (CP-ENC-003). */
export class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** Bytes that were not taken yet. */
  get length(): number {
    return this.#length;
  }

  /** The frames since the last call. The next ones are written to other memory. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(1024);
    this.#length = 0;
    return taken;
  }

  /**
   * Adds a frame; undefined fields are absent ones. Nothing is added if it throws.
   * @throws Violation naming the field whose value the protocol does not allow.
   */
  frame(type: FrameType, values: object): void {
    const start = this.#length;
    try {
      this.#uint(0, 4);
      this.#head(type.fields.length + 1, 0x90, 16, 0xdc);
      this.#int(type.code);
      this.#fields(type.fields, values);
      const end = this.#length;
      this.#length = start;
      this.#uint(end - start - 4, 4);
      this.#length = end;
    } catch (fault) {
      this.#length = start;
      throw fault;
    }
  }

  #fields(fields: readonly Field[], values: object): void {
    for (const field of fields) {
      const value = (values as Record<string, unknown>)[field.name] ?? field.fallback;
      if (value === null && field.optional)
        this.#uint(0xc0, 1);
      else
        this.#field(field, value);
    }
  }

  #field(field: Field, value: unknown): void {
    check(value !== null, field);
    switch (field.type) {
      case 'f':
        return this.#uint(value ? 0xc3 : 0xc2, 1);
      case 's': case 't':
        return this.#text(value as string, field);
      case 'b':
        return this.#bin(value as Uint8Array, field);
      case 'c':
        return this.#list(value as string[], item => this.#text(item, field));
      case 'l':
        return this.#list(value as object[], item => {
          this.#head(field.items.length, 0x90, 16, 0xdc);
          this.#fields(field.items, item);
        });
      case 'm':
        return this.#map(Object.entries(value as Record<string, number>), field);
      default:
        check(Number.isInteger(value) && value as number >= 0 && value as number <= field.limit, field);
        this.#int(value as number);
    }
  }

  #list<T>(items: readonly T[], write: (item: T) => void): void {
    this.#head(items.length, 0x90, 16, 0xdc);
    items.forEach(write);
  }

  #map(entries: [string, number][], field: Field): void {
    this.#head(entries.length, 0x80, 16, 0xde);
    for (const [key, value] of entries) {
      this.#text(key, field);
      this.#int(value);
    }
  }

  #text(text: string, field: Field): void {
    const bytes = utf8.encode(text);
    check(!loneSurrogate.test(text) && bytes.length <= (field.limit || Infinity), field);
    this.#head(bytes.length, 0xa0, 32, 0xda, 0xd9);
    this.#raw(bytes);
  }

  #bin(bytes: Uint8Array, field: Field): void {
    check(bytes.length >= field.least && bytes.length <= field.limit, field);
    this.#head(bytes.length, 0, 0, 0xc5, 0xc4);
    this.#raw(bytes);
  }

  /** A count or length: in the first byte below `most`, or behind the format for one byte, two or four of them. */
  #head(count: number, small: number, most: number, two: number, one?: number): void {
    if (count < most)
      return this.#uint(small | count, 1);
    const size = one && count < 256 ? 1 : count < 65_536 ? 2 : 4;
    this.#uint(size === 1 ? one! : size === 2 ? two : two + 1, 1);
    this.#uint(count, size);
  }

  #int(value: number): void {
    if (value < 2 ** 32)
      return this.#head(value, 0, 128, 0xcd, 0xcc);
    this.#uint(0xcf, 1);
    this.#uint(Math.floor(value / 2 ** 32), 4);
    this.#uint(value % 2 ** 32, 4);
  }

  #uint(value: number, size: number): void {
    this.#reserve(size);
    for (let shift = 8 * size; shift > 0;)
      this.#bytes[this.#length++] = value >>> (shift -= 8);
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length)
      return;
    const grown = new Uint8Array(2 * needed);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function check(isRight: boolean, field: Field): void {
  if (!isRight)
    throw new Violation(field.name);
}
