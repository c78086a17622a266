import { ChatError } from './errors.ts';
import type * as part from './rest.ts';

/** What is not in the first file of the SDK: loaded beside the connection, and needed once that is to be logged in. */
export class Later {
  readonly #make: (rest: typeof part) => part.Rest;
  #loading: Promise<part.Rest> | undefined;
  /** It, once it is there: before a login, and so before any room. */
  rest: part.Rest | undefined;

  constructor(make: (rest: typeof part) => part.Rest) {
    this.#make = make;
  }

  /** Loads it; asked again, tries again where that has failed. Rejected with a ChatError. */
  load(): Promise<part.Rest> {
    return this.#loading ??= this.#load();
  }

  async #load(): Promise<part.Rest> {
    try {
      return this.rest = this.#make(await import('./rest.ts'));
    } catch (fault) {
      this.#loading = undefined;
      throw new ChatError('unreachable', `a part of the program could not be loaded: ${String(fault)}`);
    }
  }
}
