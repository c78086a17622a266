import type { PostOptions } from 'chatprotocol';
import { useEffect } from 'preact/hooks';
import { attempt } from '../state/actions.ts';
import type { RoomState } from '../state/room.ts';
import { me } from '../state/session.ts';
import type { Row } from '../state/timeline.ts';
import { t } from '../text/i18n.ts';
import { visibleName, visibleText } from '../text/visible.ts';
import { about } from './composer-bridge.ts';
import type { About } from './composer-bridge.ts';
import { Icon } from './icons.tsx';

/** Tells above the writing box what is edited or answered, and lets one stop that. */
export function AboutView({ about: { room, row, edits } }: { readonly about: About }) {
  // Read so that a message which is taken back meanwhile is not shown here either.
  void room.blocks.value;
  const now = rowOf(room, row.seq) ?? row;
  useEffect(() => {
    if (now.text === '') {
      about.value = undefined;
    }
  }, [now.text]);
  return (
    <p class="note about" role="status">
      <span>{edits ? t('about.edit') : t('reply', { name: visibleName(now.name), text: visibleText(now.text).slice(0, 100) })}</span>{' '}
      <button type="button" class="icon-button" aria-label={t('about.stop')} title={t('about.stop')} onClick={stop}><Icon name="close" /></button>
    </p>
  );
}

/** Begins to edit or to answer a message. */
export function begin(room: RoomState, row: Row, edits: boolean): void {
  about.value = { room, row, edits };
}

/** What a post says beside its text where a message is answered. */
export function replyOf(now: About | undefined): PostOptions {
  const thread = now?.row.said?.thread;
  return now === undefined ? {} : { reply: now.row.seq, ...(thread && { thread }) };
}

/** A key in the writing box: the arrow up in an empty one edits the newest message of one's own, Escape stops what was begun. */
export function aboutKey(event: KeyboardEvent, room: RoomState): boolean {
  const now = about.value?.room === room ? about.value : undefined;
  if (event.key === 'Escape' && now !== undefined) {
    stop();
    return true;
  }
  return event.key === 'ArrowUp' && (event.target as HTMLTextAreaElement).value === '' && now?.edits !== true && editLast(room);
}

function editLast(room: RoomState): boolean {
  const row = room.timeline.rows.filter((candidate) => mayEdit(room, candidate)).at(-1);
  if (row !== undefined) {
    begin(room, row, true);
  }
  return row !== undefined;
}

/** Whether the text of a message is this user's to change by now. */
export function mayEdit(room: RoomState, row: Row): boolean {
  const most = room.room?.info.editFor ?? 0;
  return row.kind === 'said' && row.from === me.value?.principal && row.text !== '' && (most === 0 || Date.now() - row.time < most);
}

/** Gives a message the text that was written; what is refused stays in the box. */
export async function sendEdit(now: About, text: string): Promise<void> {
  const { room, row } = now;
  if (text === row.text || await attempt(async () => room.room?.edit(row.seq, text))) {
    stop();
  }
}

function stop(): void {
  about.value = undefined;
}

function rowOf(room: RoomState, seq: number): Row | undefined {
  return room.timeline.rows.find((row) => row.seq === seq);
}
