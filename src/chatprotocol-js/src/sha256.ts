// A page without a secure context has no crypto.subtle, and a guest's key is an HMAC (CP-SES-007).

/** The first 64 primes' fractions of a root, as 32 bits: the constants of SHA-256 (FIPS 180-4). */
function fractions(root: number): Uint32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++)
    if (primes.every(prime => n % prime !== 0))
      primes.push(n);
  return Uint32Array.from(primes, prime => (prime ** (1 / root) % 1) * 2 ** 32);
}

const rotate = (word: number, by: number) => word >>> by | word << 32 - by;

function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const rounds = fractions(3);
  const hash = fractions(2).slice(0, 8);
  const padded = new DataView(new ArrayBuffer((bytes.length + 72 >> 6) * 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  const words = new Uint32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) {
    let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const w2 = words[i - 2]!;
      const w15 = words[i - 15]!;
      words[i] = i < 16
        ? padded.getUint32(block + 4 * i)
        : (rotate(w2, 17) ^ rotate(w2, 19) ^ w2 >>> 10) + words[i - 7]! + (rotate(w15, 7) ^ rotate(w15, 18) ^ w15 >>> 3) + words[i - 16]!;
      const one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (e & f ^ ~e & g) + rounds[i]! + words[i]!;
      const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c);
      [a, b, c, d, e, f, g, h] = [one + two | 0, a, b, c, d + one | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => hash[i]! += word);
  }
  const out = new DataView(new ArrayBuffer(32));
  hash.forEach((word, i) => out.setUint32(4 * i, word));
  return new Uint8Array(out.buffer);
}

function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** The HMAC-SHA256 of a message by a key of at most 64 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const pad = (byte: number) => Uint8Array.from({ length: 64 }, (_, i) => byte ^ (key[i] ?? 0));
  return sha256(join(pad(0x5c), sha256(join(pad(0x36), message))));
}
