import type { RoomState } from '../state/room.ts';
import { me } from '../state/session.ts';
import { t } from '../text/i18n.ts';
import { initialOf } from '../text/visible.ts';
import { second } from './layers.tsx';
import { Name, hueOf } from './name.tsx';

const most = 500;

/** The people in the room now. */
export function People({ room }: { readonly room: RoomState }) {
  const people = room.people.all.value.slice(0, most);
  const left = room.people.count.value - people.length;
  return (
    <aside class="people" aria-label={t('people')}>
      <h2>{t('people.count', { n: room.people.count.value })}</h2>
      <ul>
        {people.map((person) => (
          <li key={person.principal}>
            <button
              type="button" class="person" aria-haspopup="menu"
              disabled={person.principal === me.value?.principal}
              onClick={(event) => open(event, room, person.principal, person.name)}
            >
              <span class={`avatar small ${hueOf(person.principal)}`} aria-hidden="true">{initialOf(person.name)}</span>
              <Name name={person.name} />
              {person.principal === me.value?.principal && <span class="hint">{t('people.self')}</span>}
            </button>
          </li>
        ))}
      </ul>
      {left > 0 && <p class="hint">{t('people.more', { n: left })}</p>}
    </aside>
  );
}

function open(event: MouseEvent, room: RoomState, principal: number, name: string): void {
  const opener = event.currentTarget as HTMLElement;
  void second.load().then(({ openPersonMenu }) => openPersonMenu(room, principal, name, opener));
}
