/** Bytes as hex digits. */
export const toHex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** The bytes of hex digits. */
export const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16));

/** Random bytes fit for secrets; they are there in pages without a secure context, too. */
export const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));

/** The bytes of a text in UTF-8. */
export const utf8 = (text: string) => new TextEncoder().encode(text);

/** The promise's value, or the fallback if it takes longer than so many milliseconds. */
export async function within<T>(time: number, promise: Promise<T>, fallback: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([promise, new Promise<T>(resolve => timer = setTimeout(resolve, time, fallback))]);
  } finally {
    clearTimeout(timer);
  }
}
