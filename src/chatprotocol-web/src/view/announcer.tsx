import { signal } from '@preact/signals';
import type { Entry } from 'chatprotocol';
import { useEffect } from 'preact/hooks';
import { attended } from '../state/attention.ts';
import type { RoomState } from '../state/room.ts';
import { current, saidListeners } from '../state/rooms.ts';
import { t } from '../text/i18n.ts';
import { visibleName, visibleText } from '../text/visible.ts';

const heard = signal('');
let waiting: { readonly name: string; readonly text: string }[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers what others say in the room that is shown: one line in two seconds, a number where many come. */
export function Announcer() {
  useEffect(() => {
    saidListeners.add(said);
    return () => saidListeners.delete(said);
  }, []);
  return <div class="unseen" role="status" aria-live="polite">{heard.value}</div>;
}

function said(room: RoomState, entry: Entry): void {
  if (room !== current.value || !attended.value) {
    return;
  }
  waiting.push({ name: visibleName(entry.name), text: visibleText(entry.text).slice(0, 300) });
  timer ??= setTimeout(announce, heard.value === '' ? 50 : 2_000);
}

function announce(): void {
  timer = undefined;
  const [one] = waiting;
  if (one === undefined) {
    heard.value = '';
    return;
  }
  heard.value = waiting.length === 1 ? t('said', one) : t('announce.many', { n: waiting.length });
  waiting = [];
  timer = setTimeout(announce, 2_000);
}
