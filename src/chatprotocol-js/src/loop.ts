import type { EventQueue, Waiting } from './event-queue.ts';
import type { RoomEvent } from './events.ts';

/** The events of a queue for a `for await`; only one at a time. An event is credited when the next one is asked for. */
export function loop(queue: EventQueue): AsyncIterableIterator<RoomEvent> {
  if (queue.reader)
    throw new TypeError('the events of the room are read already');
  let wake = () => {};
  let taken: Waiting | undefined;
  const reader = queue.reader = { wake: () => wake() };
  const finish = () => {
    if (queue.reader === reader)
      queue.reader = undefined;
    return { done: true, value: undefined } as const;
  };
  const next = async (): Promise<IteratorResult<RoomEvent>> => {
    taken?.credit?.take(taken.bytes);
    if (taken?.event.type === 'ended')
      return finish();
    while (!(taken = queue.take()))
      await new Promise<void>(resolve => wake = resolve);
    return { done: false, value: taken.event };
  };
  return {
    next,
    return: () => Promise.resolve(finish()),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
