import type { Outbox, OutboxRecord } from './outbox.ts';

/** Keeps posts for as long as the program lives: they are in the client, and nowhere else. */
export class MemoryOutbox implements Outbox {
  open(): Promise<void> {
    return Promise.resolve();
  }

  adopt(): Promise<readonly OutboxRecord[]> {
    return Promise.resolve([]);
  }

  put(): Promise<void> {
    return Promise.resolve();
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}
