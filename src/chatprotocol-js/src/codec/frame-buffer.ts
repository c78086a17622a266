import { Violation } from './violation.ts';

/** The longest payload before the login (CP-TRA-008). */
const FirstLimit = 4096;

/** Cuts a stream into payloads, wherever its pieces end. One that is whole in a piece is not copied. */
export class FrameBuffer {
  /** The longest payload that is taken from now on. */
  limit = FirstLimit;
  /** A frame, or its length alone, that has begun and not ended. */
  #begun: Uint8Array | undefined;
  #filled = 0;

  /**
   * Takes a piece, and gives each payload that ends in it; that is the receiver's only during the call.
   * @throws Violation for a length that is not allowed, before anything of it is waited for (CP-TRA-003, CP-TRA-004).
   */
  push(piece: Uint8Array, give: (payload: Uint8Array) => void): void {
    let at = 0;
    while (at < piece.length) {
      if (!this.#begun && piece.length - at >= 4) {
        const end = at + 4 + this.#size(piece, at);
        if (end <= piece.length) {
          give(piece.subarray(at + 4, end));
          at = end;
          continue;
        }
      }
      at += this.#collect(piece.subarray(at), give);
    }
  }

  /** Adds to the frame that has begun what belongs to it, and returns how much that was. */
  #collect(piece: Uint8Array, give: (payload: Uint8Array) => void): number {
    let begun = this.#begun ??= new Uint8Array(4);
    const taken = Math.min(begun.length - this.#filled, piece.length);
    begun.set(piece.subarray(0, taken), this.#filled);
    this.#filled += taken;
    if (this.#filled < begun.length)
      return taken;
    if (begun.length === 4) {
      begun = new Uint8Array(4 + this.#size(begun, 0));
      begun.set(this.#begun);
      this.#begun = begun;
      return taken;
    }
    this.#begun = undefined;
    this.#filled = 0;
    give(begun.subarray(4));
    return taken;
  }

  #size(bytes: Uint8Array, at: number): number {
    const size = (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
    if (size === 0 || size > this.limit)
      throw new Violation(`${size} bytes`, size ? 'frame-too-long' : 'malformed');
    return size;
  }
}
