import { ChatError } from './errors.ts';
import type { Link } from './link.ts';
import type { ChatClientOptions } from './options.ts';

const ProbeTime = 3000;

/**
 * Watches over a connection: its silence, and the age of its requests; returns what ends that. Both are counted in beats: after a sleep,
 * and in a tab whose timers are held back, a late beat counts as one, so that what has come meanwhile is read first.
 */
export function watch(link: Link, { keepAlive = 15_000, requestTimeout = 30_000 }: ChatClientOptions): () => void {
  const period = Math.min(keepAlive, requestTimeout) / 4;
  let silence = 0;
  let reads = 0;
  let isPinged = false;
  const beat = () => {
    if (reads !== link.reads) {
      reads = link.reads;
      silence = 0;
      isPinged = false;
    }
    silence += period;
    if (silence >= 2 * keepAlive)
      return link.end(new ChatError('disconnected', 'the connection was lost: the server was silent'));
    if (silence >= keepAlive && !isPinged) {
      isPinged = true;
      link.ping().catch(() => undefined);
    }
    for (const sent of link.calls.values()) {
      sent.age += period;
      if (sent.age >= requestTimeout && sent.age - period < requestTimeout && !sent.call.patient)
        sent.call.fail(new ChatError('timed-out', `'${sent.call.type.name}' was not answered in time`, { outcome: 'unknown' }));
    }
  };
  const timer = setInterval(beat, period);
  return () => clearInterval(timer);
}

/** Asks for a sign of life, and ends the connection without one. */
export async function probe(link: Link): Promise<void> {
  const { reads } = link;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const judged = new Promise<void>(resolve => {
    // What came during a sleep is read before the time is judged.
    timer = setTimeout(() => setTimeout(() => {
      if (link.reads === reads)
        link.end(new ChatError('disconnected', 'the connection was lost: the server gave no sign of life'));
      resolve();
    }), ProbeTime);
  });
  await Promise.race([judged, link.ping().catch(() => undefined)]);
  clearTimeout(timer);
}
