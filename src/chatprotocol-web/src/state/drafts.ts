import { signal } from '@preact/signals';
import { store, stored, unstore } from './storage.ts';

const unsaved = new Map<string, string>();
// Texts that were sent but may not be in the outbox yet: until then they are kept, and not shown.
const leaving = new Map<string, { readonly key: string; readonly text: string }>();
let owner = '0';
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says whose drafts these are from now on. */
export function draftsOf(principal: number): void {
  owner = String(principal);
}

/** The text that was written in a room and not sent. */
export function draftOf(address: string): string {
  const key = keyOf(address);
  const left = [...leaving.values()].some((sent) => sent.key === key);
  return unsaved.get(key) ?? (left ? '' : stored(key) ?? '');
}

/** Keeps a draft, a moment later. */
export function keepDraft(address: string, text: string): void {
  unsaved.set(keyOf(address), text);
  timer ??= setTimeout(saveDrafts, 300);
}

/** Keeps all drafts now, as the page may end. */
export function saveDrafts(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const [key, text] of unsaved) {
    if (text !== '') {
      store(key, text);
    } else if (![...leaving.values()].some((sent) => sent.key === key)) {
      unstore(key);
    }
  }
  unsaved.clear();
}

/** Keeps a sent text until the outbox has it. */
export function draftPosted(address: string, text: string, id: string): void {
  const key = keyOf(address);
  unsaved.delete(key);
  store(key, text);
  leaving.set(id, { key, text });
}

/** Lets go of a sent text that the outbox has. */
export function draftKept(id: string): void {
  const sent = leaving.get(id);
  leaving.delete(id);
  if (sent !== undefined && stored(sent.key) === sent.text) {
    unstore(sent.key);
  }
}

/** A draft that was let go of, for the box that shows it. */
export const recovered = signal<{ readonly address: string; readonly text: string } | undefined>(undefined);

/** Lets go of a draft that turns out to be in the outbox after all: the page ended before it heard so. */
export function draftRecovered(address: string, text: string): void {
  if (draftOf(address).trim() === text.trim()) {
    unsaved.delete(keyOf(address));
    unstore(keyOf(address));
    recovered.value = { address, text };
  }
}

/** Whether there is a draft in the room. */
export function hasDraft(address: string): boolean {
  return draftOf(address).trim() !== '';
}

function keyOf(address: string): string {
  return `draft.${owner}.${address}`;
}
