import { signal } from '@preact/signals';

/** Whether values outlast the page; false where the browser forbids storage or has no room left. */
export const storageWorks = signal(true);

const memory = new Map<string, string>();
const prefix = 'chat.';

/** A value kept in this origin, or else in memory. */
export function stored(key: string): string | undefined {
  try {
    return localStorage.getItem(prefix + key) ?? memory.get(key);
  } catch {
    storageWorks.value = false;
    return memory.get(key);
  }
}

/** Keeps a value in this origin, or else in memory until the page ends. */
export function store(key: string, value: string): void {
  memory.delete(key);
  try {
    localStorage.setItem(prefix + key, value);
  } catch {
    storageWorks.value = false;
    memory.set(key, value);
  }
}

/** Forgets a value. */
export function unstore(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(prefix + key);
  } catch {
    storageWorks.value = false;
  }
}

/** Calls back when another tab of this origin changes a value; `undefined` where it was removed. */
export function onStoredElsewhere(listener: (key: string, value: string | undefined) => void): void {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith(prefix)) {
      listener(event.key.slice(prefix.length), event.newValue ?? undefined);
    }
  });
}
