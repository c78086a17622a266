import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition gives something that counts as true, and gives it. The reason is asked for only if it never does. */
export async function eventually<T>(condition: () => T | Promise<T>, reason: () => string | Promise<string>, milliseconds = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Waited ${milliseconds} ms: ${await reason()}`);
    await delay(20);
  }
}
