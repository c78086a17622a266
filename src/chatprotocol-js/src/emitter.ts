/** Listeners by the type of what they listen to. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void | Promise<void>>>();

  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void | Promise<void>): () => void {
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all.add(listener));
    return () => void all.delete(listener);
  }

  has(type: keyof Events): boolean {
    return !!this.#listeners.get(type)?.size;
  }

  /** Calls the listeners; the promises of those that are not done at once. An error of a listener is reported as nobody's. */
  emit<K extends keyof Events>(type: K, event: Events[K]): Promise<void>[] {
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        const wait = (listener as (event: Events[K]) => void | Promise<void>)(event);
        if (wait)
          waits.push(wait.catch(report));
      } catch (fault) {
        report(fault);
      }
    }
    return waits;
  }
}

function report(fault: unknown): void {
  setTimeout(() => {
    throw fault;
  });
}
