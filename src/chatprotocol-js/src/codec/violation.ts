/** Bytes that break the protocol, or values that would: `malformed`, `frame-too-long` or `unknown-code`. */
export class Violation extends RangeError {
  readonly code: 'malformed' | 'frame-too-long' | 'unknown-code';

  constructor(words: string, code: Violation['code'] = 'malformed') {
    super(`${code}: ${words}`);
    this.code = code;
  }
}
