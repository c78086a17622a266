import { hasDraft } from '../state/drafts.ts';
import { drawer, layer } from '../state/layers.ts';
import type { RoomState } from '../state/room.ts';
import { current, ordered } from '../state/rooms.ts';
import { account, connection, me } from '../state/session.ts';
import { t } from '../text/i18n.ts';
import { hashOf } from '../text/route.ts';
import { initialOf } from '../text/visible.ts';
import { Icon } from './icons.tsx';
import { isComposing } from './keys.ts';
import { second } from './layers.tsx';
import { Name, hueOf } from './name.tsx';

/** The rooms and conversations, and who one is. */
export function Sidebar() {
  const shared = ordered.value.filter((room) => room.kind !== 'private');
  const talks = ordered.value.filter((room) => room.kind === 'private');
  return (
    <>
      <div class="shade" onClick={() => { drawer.value = false; }} />
      <nav class="side" aria-label={t('rooms')} onKeyDown={sideKey}>
        <header class="side-head">
          <p class="brand">{t('app')}</p>
          <button
            type="button" class="icon-button" aria-label={t('rooms.find')} title={t('rooms.find')}
            onClick={() => { layer.value = { show: 'rooms' }; }}
          >
            <Icon name="search" />
          </button>
        </header>
        <div class="side-lists">
          <RoomList label={t('rooms')} rooms={shared} />
          {talks.length > 0 && <RoomList label={t('talks')} rooms={talks} />}
          <button type="button" class="add" onClick={() => { layer.value = { show: 'rooms' }; }}>
            <Icon name="plus" /> {t('rooms.join')}
          </button>
        </div>
        <Self />
      </nav>
    </>
  );
}

function RoomList({ label, rooms }: { readonly label: string; readonly rooms: readonly RoomState[] }) {
  return (
    <section>
      <h2>{label}</h2>
      <ul>
        {rooms.map((room) => <RoomLink key={room.address} room={room} />)}
      </ul>
    </section>
  );
}

function RoomLink({ room }: { readonly room: RoomState }) {
  const unread = room.unread.value;
  const mentions = room.mentions.value;
  const shown = current.value === room;
  const draft = !shown && hasDraft(room.address);
  const failed = room.phase.value === 'failed' || room.phase.value === 'ended';
  return (
    <li>
      <a
        class={`room-link${unread > 0 ? ' unread' : ''}${failed ? ' failed' : ''}`} href={hashOf(room.address)}
        aria-current={shown ? 'page' : undefined} onClick={() => { drawer.value = false; }}
      >
        <span class="sigil" aria-hidden="true">{room.kind === 'private' ? '@' : room.kind === 'invitation' ? '◇' : '#'}</span>
        <Name name={room.name.value} />
        {draft && <span class="draft">{t('draft')}</span>}
        {unread > 0 && (
          <span
            class={mentions > 0 ? 'count mentions' : 'count'}
            aria-label={mentions > 0 ? t('rooms.mentions', { n: mentions }) : t('rooms.unread', { n: unread })}
          >
            {mentions > 0 && room.kind !== 'private' ? `@${shortOf(mentions)}` : shortOf(unread)}
          </span>
        )}
      </a>
    </li>
  );
}

function Self() {
  const user = me.value;
  const { state } = connection.value;
  const label = state === 'online' ? t('connection.online') : state === 'connecting' ? t('connection.trying') : t('connection.away');
  return (
    <footer class="self">
      <button type="button" class="self-button" aria-haspopup="menu" onClick={(event) => openMenu(event.currentTarget)}>
        <span class={`avatar ${hueOf(user?.principal ?? 0)}`} aria-hidden="true">{initialOf(user?.name ?? '?')}</span>
        <span class="self-name">
          <Name name={user?.name ?? ''} />
          <span class={`state ${state}`}>{account.value === undefined && state === 'online' ? t('guest') : label}</span>
        </span>
        <Icon name="more" />
      </button>
    </footer>
  );
}

function openMenu(opener: HTMLElement): void {
  void second.load().then(({ openSelfMenu }) => openSelfMenu(opener));
}

function sideKey(event: KeyboardEvent): void {
  if (isComposing(event) || event.altKey || event.key !== 'ArrowDown' && event.key !== 'ArrowUp') {
    return;
  }
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('a, button')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  event.preventDefault();
}

function shortOf(n: number): string {
  return n > 999 ? '999+' : String(n);
}
