import { signal } from '@preact/signals';
import { drawer, layer, peopleOver } from '../state/layers.ts';
import { prefer, preferences } from '../state/preferences.ts';
import type { RoomState } from '../state/room.ts';
import { joinAgain, leave } from '../state/rooms.ts';
import { t } from '../text/i18n.ts';
import { sentenceOf } from '../text/refusals.ts';
import { visibleText } from '../text/visible.ts';
import { Banner } from './banner.tsx';
import { Composer } from './composer.tsx';
import { Icon } from './icons.tsx';
import { second } from './layers.tsx';
import { Name } from './name.tsx';
import { TimelineView } from './timeline.tsx';

/** The room that is shown: its name, what was said, and where to write. */
export function RoomView({ room }: { readonly room: RoomState }) {
  return (
    <>
      <Head room={room} />
      <Banner />
      {room.phase.value === 'joined' || room.room !== undefined
        ? <><TimelineView room={room} /><Composer room={room} /></>
        : <Away room={room} />}
      {room.room === undefined && room.phase.value === 'joining' && <Composer room={room} />}
    </>
  );
}

function Head({ room }: { readonly room: RoomState }) {
  const shared = room.kind !== 'private';
  const topic = visibleText(room.topic.value);
  const count = room.people.count.value;
  return (
    <header class="head">
      <button
        type="button" class="icon-button only-narrow" aria-label={t('rooms')} aria-expanded={drawer.value}
        onClick={() => { drawer.value = true; }}
      >
        <Icon name="menu" />
      </button>
      <div class="title">
        <h1>{room.kind === 'private' ? '@' : room.kind === 'public' ? '#' : ''}<Name name={room.name.value} /></h1>
        {topic !== '' && <p class="topic" dir="auto" title={topic}>{topic}</p>}
      </div>
      <button
        type="button" class="icon-button" aria-label={t('date.title')} title={t('date.title')}
        onClick={() => { layer.value = { show: 'date' }; }}
      >
        <Icon name="calendar" />
      </button>
      {shared && (
        <button
          type="button" class="icon-button counted" aria-pressed={narrow.value ? peopleOver.value : preferences.value.people}
          title={t('people')} aria-label={t('people.count', { n: count })} onClick={togglePeople}
        >
          <Icon name="people" /> <span>{count}</span>
        </button>
      )}
      <button
        type="button" class="icon-button" aria-label={t('room.menu')} title={t('room.menu')} aria-haspopup="menu"
        onClick={(event) => openMenu(room, event.currentTarget)}
      >
        <Icon name="more" />
      </button>
    </header>
  );
}

const narrowScreen = matchMedia('(max-width: 960px)');
const narrow = signal(narrowScreen.matches);
narrowScreen.addEventListener('change', () => {
  narrow.value = narrowScreen.matches;
});

function togglePeople(): void {
  if (narrow.value) {
    peopleOver.value = !peopleOver.value;
  } else {
    prefer({ people: !preferences.value.people });
  }
}

function openMenu(room: RoomState, opener: HTMLElement): void {
  void second.load().then(({ openRoomMenu }) => openRoomMenu(room, opener));
}

function Away({ room }: { readonly room: RoomState }) {
  const phase = room.phase.value;
  const error = room.error.value;
  if (phase === 'joining' || phase === 'listed') {
    return <p class="empty">{t('room.joining')}</p>;
  }
  const { why, reason = '' } = room.endedBy.value ?? {};
  const words = t(why === 'removed' ? 'room.removed' : why === 'expelled' ? 'room.expelled' : 'room.left');
  return (
    <div class="empty">
      <p>{error === undefined ? words : sentenceOf(error)}</p>
      {reason !== '' && <p dir="auto">{visibleText(reason)}</p>}
      <p>
        <button type="button" class="button" onClick={() => joinAgain(room)}>{t('again')}</button>{' '}
        <button type="button" class="button quiet" onClick={() => void leave(room)}>{t('room.hide')}</button>
      </p>
    </div>
  );
}
