import { logOut } from '../state/entering.ts';
import { attempt, ban, kick, restrict } from '../state/actions.ts';
import { layer, menu } from '../state/layers.ts';
import type { MenuItem } from '../state/layers.ts';
import type { RoomState } from '../state/room.ts';
import { go, leave } from '../state/rooms.ts';
import { account, me, theClient } from '../state/session.ts';
import type { Row } from '../state/timeline.ts';
import { t } from '../text/i18n.ts';
import { hashOf } from '../text/route.ts';
import { visibleName } from '../text/visible.ts';
import { begin, mayEdit } from './about.tsx';
import { copy } from './copy.ts';
import { quote } from './composer-bridge.ts';
import { openReactions } from './reactions.ts';

/** Opens what can be done with a message, beside the element it was asked at. */
export function openMessageMenu(room: RoomState, element: HTMLElement, opener: HTMLElement): void {
  const row = room.timeline.rows.find((candidate) => candidate.key === element.dataset.key);
  if (row === undefined || row.kind === 'gap' || row.text === '') {
    return;
  }
  const { right, bottom, top } = opener.getBoundingClientRect();
  const x = opener === element ? element.getBoundingClientRect().left + 60 : right;
  menu.value = {
    label: t('message.menu', { name: visibleName(row.name) }),
    items: [
      { label: t('message.react'), act: () => openReactions(room, row, x, top, opener) },
      ...messageItems(room, row), ...(row.from === me.value?.principal ? [] : personItems(room, row.from, row.name)),
    ],
    x, y: Math.max(top, Math.min(bottom, innerHeight)), opener,
  };
}

/** Opens what can be done about a person in a room. */
export function openPersonMenu(room: RoomState, principal: number, name: string, opener: HTMLElement): void {
  const { left, bottom } = opener.getBoundingClientRect();
  menu.value = { label: visibleName(name), items: personItems(room, principal, name), x: left, y: bottom, opener };
}

/** Opens what can be done with a room, or about the other of a conversation. */
export function openRoomMenu(room: RoomState, opener: HTMLElement): void {
  const { right, bottom } = opener.getBoundingClientRect();
  const items = room.kind === 'private' ? talkItems(room) : roomItems(room);
  menu.value = { label: t('room.menu'), items, x: right - 200, y: bottom + 4, opener };
}

/** Opens one's own menu. */
export function openSelfMenu(opener: HTMLElement): void {
  const { left, top } = opener.getBoundingClientRect();
  menu.value = {
    label: visibleName(me.value?.name ?? ''), x: left + 8, y: top - 150, opener,
    items: [
      { label: t('settings'), act: () => { layer.value = { show: 'settings' }; } },
      { label: t('account'), act: () => { layer.value = { show: 'account' }; } },
      { label: t('keys'), act: () => { layer.value = { show: 'keys' }; } },
      { label: t('log-out'), act: () => void logOut(false) },
    ],
  };
}

function talkItems(room: RoomState): MenuItem[] {
  const name = room.name.value;
  const shown = { name: visibleName(name) };
  return [
    { label: t('person.block', shown), grave: true, act: () => void attempt(() => theClient().block(name), t('done.block', shown)) },
    { label: t('person.unblock', shown), act: () => void attempt(() => theClient().unblock(name), t('done.unblock', shown)) },
    { label: t('room.hide'), act: () => void leave(room) },
  ];
}

function roomItems(room: RoomState): MenuItem[] {
  const items: MenuItem[] = [{ label: t('room.leave'), act: () => void leave(room) }];
  return mayModerate(room) ? [{ label: t('room.settings'), act: () => { layer.value = { show: 'room' }; } }, ...items] : items;
}

function messageItems(room: RoomState, row: Row): MenuItem[] {
  const own = row.from === me.value?.principal;
  const { reply, pinned = false } = row.said ?? {};
  const items: MenuItem[] = [
    { label: t('message.reply'), act: () => begin(room, row, false) },
    ...(reply ? [{ label: t('message.answered'), act: () => go(room.address, reply) }] : []),
    ...(mayEdit(room, row) ? [{ label: t('message.edit'), act: () => begin(room, row, true) }] : []),
    { label: t('message.quote'), act: () => quote(room, row.name, row.text) },
    { label: t('message.copy'), act: () => copy(row.text) },
    { label: t('message.link'), act: () => copy(location.href.replace(/#.*$/u, '') + hashOf(room.address, row.seq)) },
    { label: t('message.report'), act: () => { layer.value = { show: 'report', row }; } },
  ];
  if (mayModerate(room) || room.kind === 'private') {
    items.push({ label: t(pinned ? 'message.unpin' : 'message.pin'), act: () => void attempt(async () => room.room?.pin(row.seq, !pinned)) });
  }
  if (own) {
    items.push({
      label: t('message.retract'), grave: true,
      act: () => confirm(t('confirm.erase'), t('message.retract'), false, async () => room.room?.retract(row.seq)),
    });
  } else if (mayModerate(room)) {
    items.push({
      label: t('message.erase'), grave: true,
      act: () => confirm(t('confirm.erase'), t('message.erase'), false, async () => room.room?.erase(row.seq)),
    });
  }
  return items;
}

function personItems(room: RoomState, principal: number, name: string): MenuItem[] {
  const shown = visibleName(name);
  if (principal < 16) {
    return [];
  }
  const items: MenuItem[] = room.kind === 'private' ? [] : [{ label: t('person.message', { name: shown }), act: () => go(`@${name}`) }];
  if (room.kind !== 'private' && mayModerate(room)) {
    items.push(
      graveItem('mute', name, (why) => restrict(room, name, 1, why)),
      graveItem('ban', name, (why) => restrict(room, name, 2, why)),
      { label: t('person.lift', { name: shown }), act: () => void restrict(room, name, 0) },
    );
  }
  if (isStaff()) {
    items.push(graveItem('kick', name, (why) => kick(name, why)), graveItem('banned', name, (why) => ban(name, why)));
  }
  return items;
}

/** Whether this user may moderate the room: as its moderator or owner, or as an admin. */
function mayModerate(room: RoomState): boolean {
  return (room.room?.info.role ?? 0) >= 2 || isStaff() && room.kind !== 'private';
}

function isStaff(): boolean {
  return (account.value?.role ?? 0) >= 2;
}

/** Something about a person that is asked about first, with a reason. */
function graveItem(what: 'mute' | 'ban' | 'kick' | 'banned', name: string, act: (reason: string) => Promise<unknown>): MenuItem {
  const shown = { name: visibleName(name) };
  const label = t(`person.${what}`, shown);
  return { label, grave: true, act: () => confirm(t(`confirm.${what}`, shown), label, true, act) };
}

function confirm(question: string, action: string, reason: boolean, act: (reason: string) => Promise<unknown>): void {
  layer.value = {
    show: 'confirm', question, action, reason,
    act: async (why) => {
      await attempt(() => act(why));
    },
  };
}
