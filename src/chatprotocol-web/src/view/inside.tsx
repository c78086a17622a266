import { effect } from '@preact/signals';
import { loadLater } from '../state/later.ts';
import { drawer, peopleOver } from '../state/layers.ts';
import { preferences } from '../state/preferences.ts';
import { watchPage } from '../state/page.ts';
import { route } from '../state/place.ts';
import { current, endRooms, startRooms } from '../state/rooms.ts';
import { inside } from '../state/session.ts';
import { t } from '../text/i18n.ts';
import { Banner } from './banner.tsx';
import { Layers, second } from './layers.tsx';
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
