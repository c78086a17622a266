import { signal } from '@preact/signals';
import type { Post } from 'chatprotocol';
import type { RoomState } from '../state/room.ts';
import type { Row } from '../state/timeline.ts';

/** A text that is to be put in the composer: behind what is written there, which is never overwritten. */
export const offered = signal<{ readonly room: RoomState; readonly text: string } | undefined>(undefined);

/** What is written about a message instead of a new one: another text of it, or an answer to it. */
export interface About {
  readonly room: RoomState;
  readonly row: Row;
  readonly edits: boolean;
}

export const about = signal<About | undefined>(undefined);

/** Takes a refused message back into the composer. */
export function editAgain(room: RoomState, post: Post): void {
  room.discard(post);
  offered.value = { room, text: post.text };
}

/** Begins an answer that quotes a message. */
export function quote(room: RoomState, name: string, text: string): void {
  const first = text.split('\n').slice(0, 3).map((line) => `> ${line}`).join('\n');
  offered.value = { room, text: `${first}\n@${name} ` };
}
