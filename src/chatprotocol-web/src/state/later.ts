import { signal } from '@preact/signals';

/** Why a part of the page could not be loaded: the server has a newer page, or is away. */
export const partMissing = signal<'newer' | 'away' | undefined>(undefined);

/** A part of the page that is loaded when it is first wanted, or once there is nothing else to do. */
export interface Later<T> {
  readonly value: T | undefined;
  /** Fulfilled once it is there; never where it cannot be loaded, which is told by `partMissing`. */
  load(): Promise<T>;
}

const all: Later<unknown>[] = [];
let begun = false;

/** Declares such a part; reading `value` draws the reader again once it is there. */
export function later<T>(load: () => Promise<T>): Later<T> {
  const loaded = signal<T | undefined>(undefined);
  let loading: Promise<T> | undefined;
  const part: Later<T> = {
    get value() {
      return loaded.value;
    },
    load() {
      loading ??= new Promise((done) => {
        load().then((value) => {
          loaded.value = value;
          done(value);
        }, () => {
          loading = undefined;
          void missing();
        });
      });
      return loading;
    },
  };
  all.push(part);
  if (begun) {
    whenIdle();
  }
  return part;
}

/** Finds out why a part is missing: where the page itself is there, it is another one. */
export async function missing(): Promise<void> {
  try {
    partMissing.value = (await fetch('./', { cache: 'no-cache' })).ok ? 'newer' : 'away';
  } catch {
    partMissing.value = 'away';
  }
}

/** Loads all parts as soon as the page has nothing else to do, so that they are there when the server is not. */
export function loadLater(): void {
  if (!begun) {
    begun = true;
    whenIdle();
  }
}

function whenIdle(): void {
  // Safari has no such callback.
  const idle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_000));
  idle(() => {
    for (const part of all) {
      void part.load();
    }
  });
}
