import type { Entry } from './entries.ts';
import type { EventQueue } from './event-queue.ts';
import type { RoomInfo } from './room-info.ts';

/**
 * What an entry makes of the room: its settings and the own role, where it changes those. A retracted message is told by none of its texts,
 * though they have waited to be taken (CP-AMD-009).
 */
export function follow(entry: Entry, queue: EventQueue, info: RoomInfo, self: number): RoomInfo | undefined {
  if (entry.kind === 'room-changed') {
    const { title, topic, moderated, archived, slow, editFor } = entry;
    const changed = Object.entries({ title, topic, slow, editFor, moderated: toFlag(moderated), archived: toFlag(archived) });
    return { ...info, ...Object.fromEntries(changed.filter(([, value]) => value !== null)) };
  }
  if (entry.kind === 'role-changed' && entry.principal === self) {
    const { role, restriction, until } = entry;
    return { ...info, role, restriction, until };
  }
  if (entry.kind === 'retracted')
    for (const { event } of queue.waiting)
      if (event.type === 'entries')
        for (const one of event.entries)
          if (one.seq === entry.target || one.kind === 'edited' && one.target === entry.target)
            (one as { text: string }).text = '';
  return undefined;
}

const toFlag = (int: number | null) => int === null ? null : int !== 0;
