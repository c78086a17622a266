import { effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { loadLater } from '../state/later.ts';
import { drawer, layer, menu, peopleOver } from '../state/layers.ts';
import { preferences } from '../state/preferences.ts';
import { watchPage } from '../state/page.ts';
import { route } from '../state/place.ts';
import { current, endRooms, startRooms, step } from '../state/rooms.ts';
import { inside } from '../state/session.ts';
import { t } from '../text/i18n.ts';
import { Banner } from './banner.tsx';
import { Layers, second } from './layers.tsx';
import { isComposing, isWriting, withCommand } from './keys.ts';
import { RoomView } from './room.tsx';
import { Sidebar } from './sidebar.tsx';
import { Toast } from './toast.tsx';

inside({ start: startRooms, end: endRooms });
watchPage();
const patience = setTimeout(loadLater, 1_000);
effect(() => {
  if ((current.value?.blocks.value.length ?? 0) > 0) {
    clearTimeout(patience);
    loadLater();
  }
});

/** The page of somebody who is logged in: the rooms, the one that is shown, and who is there. */
export function InsideView() {
  useEffect(() => {
    document.addEventListener('keydown', globalKey);
    return () => document.removeEventListener('keydown', globalKey);
  }, []);
  const room = current.value;
  const loaded = second.value;
  const shared = room !== undefined && room.kind !== 'private';
  const people = preferences.value.people && shared;
  const over = peopleOver.value && shared;
  return (
    <>
      <div class={`app${drawer.value ? ' with-drawer' : ''}${people ? ' with-people' : ''}${over ? ' people-over' : ''}`}>
        <Sidebar />
        <main class="room">
          {room === undefined
            ? <><Banner /><p class="empty">{route.value.at === 'invitation' ? t('invitation.in') : t('rooms.none')}</p></>
            : <RoomView key={room.address} room={room} />}
          <Layers />
        </main>
        {(people || over) && loaded !== undefined && <loaded.People room={room} />}
      </div>
      <Toast />
      {loaded !== undefined && <loaded.Announcer />}
    </>
  );
}

function globalKey(event: KeyboardEvent): void {
  if (isComposing(event) || event.defaultPrevented) {
    return;
  }
  const done = act(event);
  if (done) {
    event.preventDefault();
  }
}

function act(event: KeyboardEvent): boolean {
  if (withCommand(event) && event.code === 'KeyK') {
    layer.value = { show: 'rooms' };
    return true;
  }
  if (layer.value !== undefined || menu.value !== undefined) {
    return false;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey && (event.code === 'ArrowUp' || event.code === 'ArrowDown')) {
    step(event.code === 'ArrowDown' ? 1 : -1, event.shiftKey);
    return true;
  }
  if (event.key === 'Escape') {
    return escape();
  }
  if (event.key === '?' && !isWriting(event)) {
    layer.value = { show: 'keys' };
    return true;
  }
  return false;
}

function escape(): boolean {
  if (drawer.value || peopleOver.value) {
    drawer.value = false;
    peopleOver.value = false;
    return true;
  }
  const composer = document.querySelector<HTMLElement>('.composer textarea');
  if (composer !== null && document.activeElement !== composer) {
    composer.focus();
    return true;
  }
  current.value?.toEnd();
  current.value?.draw();
  return current.value !== undefined;
}
