import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Block, Run } from '../state/layout.ts';
import { attended } from '../state/attention.ts';
import { now } from '../state/page.ts';
import type { RoomState } from '../state/room.ts';
import { go } from '../state/rooms.ts';
import { dayOf, daysBetween, noonOf } from '../text/days.ts';
import { dateOf, t } from '../text/i18n.ts';
import { sentenceOf } from '../text/refusals.ts';
import { Icon } from './icons.tsx';
import { isComposing } from './keys.ts';
import { second } from './layers.tsx';
import { RowView } from './row.tsx';
import { Scroller } from './scroller.ts';

/** The messages of a room. */
export function TimelineView({ room }: { readonly room: RoomState }) {
  const box = useRef<HTMLDivElement>(null);
  const scroller = useRef<Scroller | undefined>(undefined);
  const blocks = room.blocks.value;
  const target = room.target.value;

  useLayoutEffect(() => {
    const made = new Scroller(box.current as HTMLDivElement, room);
    scroller.current = made;
    return () => made.dispose();
  }, [room]);
  useLayoutEffect(() => scroller.current?.settle(), [blocks, target]);
  useEffect(() => readSeen(room, scroller.current), [blocks, attended.value]);

  return (
    <div class="timeline-area">
      <div
        class="timeline" ref={box} tabIndex={0} role="region" aria-label={t('timeline', { room: room.name.value })}
        onScroll={() => {
          scroller.current?.scrolled();
          readSeen(room, scroller.current);
        }}
        onKeyDown={(event) => timelineKey(event, room, scroller.current)}
        onClick={(event) => clicked(event, room)}
      >
        <Edge room={room} />
        {blocks.map((block) => <BlockView key={block.id} block={block} />)}
      </div>
      <ToEnd room={room} />
    </div>
  );
}

function readSeen(room: RoomState, scroller: Scroller | undefined): void {
  if (attended.peek() && scroller !== undefined && room.timeline.rows.length > 0) {
    room.read(scroller.lastSeen());
  }
}

function Edge({ room }: { readonly room: RoomState }) {
  const failed = room.error.value;
  // Read so that the edge is drawn again with what was loaded, and not before it.
  const empty = room.blocks.value.length === 0;
  const undrawn = empty && room.timeline.rows.length > 0;
  if (failed !== undefined && room.phase.value === 'joined') {
    return (
      <p class="edge">
        {sentenceOf(failed)}{' '}
        <button type="button" class="link" onClick={() => void room.loadOlder()}>{t('again')}</button>
      </p>
    );
  }
  if (undrawn || room.loading.value !== undefined || !room.timeline.atStart) {
    return <p class="edge" aria-hidden="true">{t('loading')}</p>;
  }
  return <p class="edge">{empty ? t('timeline.empty') : t('timeline.start')}</p>;
}

function ToEnd({ room }: { readonly room: RoomState }) {
  const unread = room.unread.value;
  // The blocks change whenever the end is reached or left far behind.
  const away = room.blocks.value.length > 0 && !room.timeline.atEnd;
  if (unread === 0 && !away) {
    return null;
  }
  return (
    <button
      type="button" class="to-end"
      onClick={() => {
        room.toEnd();
        room.draw();
        document.querySelector<HTMLElement>('.timeline')?.scrollTo(0, 1e9);
        document.querySelector<HTMLElement>('.composer textarea')?.focus();
      }}
    >
      <Icon name="down" /> {unread > 0 ? t('timeline.new', { n: unread }) : t('timeline.end')}
    </button>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  return (
    <div class="block">
      {block.runs.map((run) => <RunView key={run.day} run={run} />)}
    </div>
  );
}

function RunView({ run }: { readonly run: Run }) {
  return (
    <>
      {run.begins && <h2 class="day"><time dateTime={run.day}>{dayLabel(run.day)}</time></h2>}
      <ol class="rows">
        {run.items.map((item) => <RowView key={item.row.key} item={item} />)}
      </ol>
    </>
  );
}

function dayLabel(day: string): string {
  const today = dayOf(now.value);
  const ago = daysBetween(day, today);
  return ago === 0 ? t('today') : ago === 1 ? t('yesterday') : dateOf(noonOf(day), day.slice(0, 4) === today.slice(0, 4));
}

/** Arrows go from message to message; Enter opens a message's menu. */
function timelineKey(event: KeyboardEvent, room: RoomState, scroller: Scroller | undefined): void {
  if (isComposing(event) || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const row = (event.target as HTMLElement).closest<HTMLElement>('li.row');
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    focusRow(event.currentTarget as HTMLElement, row, event.key === 'ArrowUp' ? -1 : 1);
  } else if ((event.key === 'Enter' || event.key === 'ContextMenu') && row !== null && event.target === row) {
    openMenu(room, row, row);
  } else if (event.key === 'PageUp' || event.key === 'PageDown') {
    scroller?.page(event.key === 'PageUp' ? -1 : 1);
  } else if (event.key === 'End') {
    room.toEnd();
    room.draw();
  } else {
    return;
  }
  event.preventDefault();
}

function focusRow(box: HTMLElement, row: HTMLElement | null, by: number): void {
  const rows = [...box.querySelectorAll<HTMLElement>('li.row')];
  const at = row === null ? rows.length : rows.indexOf(row);
  const next = rows[Math.min(rows.length - 1, Math.max(0, row === null && by > 0 ? rows.length - 1 : at + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

function clicked(event: MouseEvent, room: RoomState): void {
  const button = (event.target as HTMLElement).closest('button');
  const row = button?.closest<HTMLElement>('li.row');
  if (!button || !row) {
    return;
  }
  const { reaction, to } = button.dataset;
  if (to !== undefined) {
    go(room.address, Number(to));
  } else if (reaction !== undefined) {
    void second.load().then(({ react }) => react(room, Number(row.dataset.seq), reaction));
  } else if (button.classList.contains('more')) {
    openMenu(room, row, button);
  }
}

function openMenu(room: RoomState, row: HTMLElement, opener: HTMLElement): void {
  void second.load().then(({ openMessageMenu }) => openMessageMenu(room, row, opener));
}
