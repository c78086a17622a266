import { computed, effect, signal, untracked } from '@preact/signals';
import type { ChatClient, ChatError, ChatRoom, Entry, RoomItem, User } from 'chatprotocol';
import { hashOf } from '../text/route.ts';
import { draftKept, draftRecovered, draftsOf } from './drafts.ts';
import { route } from './place.ts';
import { ReadMarks } from './read-marks.ts';
import { RoomState } from './room.ts';
import type { RoomContext } from './room.ts';
import { recoveredPosts } from './session.ts';
import { store, stored } from './storage.ts';

/** The rooms of this user: those joined, and private conversations. */
export const rooms = signal<readonly RoomState[]>([]);
/** The room that is shown. */
export const current = signal<RoomState | undefined>(undefined);
/** Rooms that there are to join, as they were when they were asked for. */
export const directory = signal<readonly RoomItem[]>([]);

/** Everything unread and every mention, over all rooms. */
export const totals = computed(() => ({
  unread: rooms.value.reduce((sum, room) => sum + room.unread.value, 0),
  mentions: rooms.value.reduce((sum, room) => sum + room.mentions.value, 0),
}));

/** Told of what others say, for notifications and screen readers. */
export const saidListeners = new Set<(room: RoomState, entry: Entry, mention: boolean) => void>();

let client: ChatClient | undefined;
let context: RoomContext | undefined;
let marks: ReadMarks | undefined;
let key = '';

/** Begins with the rooms of a user who has just logged in. */
export function startRooms(of: ChatClient, self: () => User): void {
  client = of;
  key = `rooms.${self().principal}`;
  draftsOf(self().principal);
  marks = new ReadMarks(self().principal, (room, seq) => rooms.value.find((r) => r.id === room)?.read(seq));
  context = {
    self,
    marks,
    said: (room, entry, mention) => {
      for (const listener of saidListeners) {
        listener(room, entry, mention);
      }
    },
  };
  of.on('private-room', ({ room }) => stateFor(room.address, room.name, 'private').attach(room));
  of.on('invited', ({ room, name }) => void joinAs(stateFor(String(room), name, 'invitation')));
  recoveredPosts.forEach(({ address, text }) => draftRecovered(address, text));
  of.on('post', ({ post }) => {
    if (post.recovered && post.state === 'queued') {
      draftRecovered(post.address, post.text);
    }
    if (post.kept || post.state !== 'queued') {
      draftKept(post.id);
    }
    rooms.value.find((room) => room.address === post.address)?.postChanged(post);
  });
  for (const address of joinedAddresses()) {
    void joinAs(stateFor(address, address, /^\d+$/u.test(address) ? 'invitation' : 'public'));
  }
  void listRooms();
  follow();
}

/** Forgets the rooms as somebody logs out. */
export function endRooms(): void {
  marks?.keep();
  client = undefined;
  context = undefined;
  current.value = undefined;
  rooms.value = [];
  directory.value = [];
}

/** Keeps the read marks now, as the page may end. */
export function keepMarks(): void {
  marks?.keep();
}

/** Asks for the rooms that there are; own private ones and those by invitation appear in the list. */
export async function listRooms(): Promise<void> {
  try {
    const items = await client?.rooms();
    if (items === undefined) {
      return;
    }
    directory.value = items;
    for (const item of items) {
      if (item.kind === 'private' && item.head > 0 && find(item.address) === undefined) {
        stateFor(item.address, item.name, 'private').listed(item.room, item.head, item.time);
      } else if (item.kind === 'invitation') {
        void joinAs(stateFor(item.address, item.name, 'invitation'));
      }
    }
  } catch {
    // The list is asked for again with the next login, and each time that rooms are looked for.
  }
}

/** Shows a room, joining it first where that is needed. */
export function go(address: string, seq?: number): void {
  const hash = hashOf(address, seq);
  if (location.hash === hash) {
    follow();
  } else {
    location.hash = hash;
  }
}

/** Goes where the page's address says. */
function follow(): void {
  if (context === undefined || route.value.at === 'invitation') {
    return;
  }
  const { address, seq } = route.value.at === 'room' ? route.value : { address: lastAddress(), seq: undefined };
  const kind = address.startsWith('@') ? 'private' : /^\d+$/u.test(address) ? 'invitation' : 'public';
  const room = stateFor(address, address.replace(/^@/u, ''), kind);
  show(room);
  void joinAs(room).then(() => (seq === undefined ? undefined : room.jump(seq)));
}

/** Leaves a room and takes it off the list. */
export async function leave(room: RoomState): Promise<void> {
  const joined = room.room;
  rooms.value = rooms.value.filter((other) => other !== room);
  remember();
  if (current.value === room) {
    go(rooms.value[0]?.address ?? 'lobby');
  }
  await joined?.leave().catch(() => undefined);
}

/** Another try for a room that could not be joined. */
export function joinAgain(room: RoomState): void {
  room.phase.value = 'listed';
  void joinAs(room).then(() => room.opened());
}

/** The list in its order: rooms by name with the lobby first, then conversations, the latest first. */
export const ordered = computed(() => {
  const shared = rooms.value.filter((room) => room.kind !== 'private');
  const talks = rooms.value.filter((room) => room.kind === 'private');
  const byName = (a: RoomState, b: RoomState): number =>
    Number(b.address === 'lobby') - Number(a.address === 'lobby') || a.name.value.localeCompare(b.name.value);
  return [...shared.sort(byName), ...talks.sort((a, b) => b.time.value - a.time.value)];
});

function show(room: RoomState): void {
  if (current.value !== room) {
    current.value?.left();
    current.value = room;
    store(`${key}.last`, room.address);
  }
  if (room.phase.value === 'joined') {
    room.opened();
  }
}

const joining = new Map<RoomState, Promise<void>>();

/** Joins a room, or waits for the join that is under way. */
function joinAs(room: RoomState): Promise<void> {
  if (client === undefined || room.phase.value === 'joined') {
    return Promise.resolve();
  }
  let join = joining.get(room);
  if (join === undefined) {
    join = joinWith(client, room).finally(() => joining.delete(room));
    joining.set(room, join);
  }
  return join;
}

async function joinWith(client: ChatClient, room: RoomState): Promise<void> {
  room.phase.value = 'joining';
  room.error.value = undefined;
  try {
    const joined: ChatRoom = await client.join(room.address, { presence: 'all' });
    const other = rooms.value.find((known) => known !== room && known.id === joined.id);
    if (other !== undefined) {
      // Another spelling of a room that is there.
      rooms.value = rooms.value.filter((known) => known !== room);
      if (current.value === room) {
        go(other.address);
      }
      return;
    }
    joined.posts.forEach((post) => draftRecovered(room.address, post.text));
    room.attach(joined);
    remember();
    if (current.value === room) {
      room.opened();
    }
  } catch (error) {
    room.error.value = error as ChatError;
    room.phase.value = 'failed';
  }
}

function find(address: string): RoomState | undefined {
  return rooms.value.find((room) => room.address === address);
}

function stateFor(address: string, name: string, kind: RoomState['kind']): RoomState {
  let room = find(address);
  if (room === undefined) {
    room = new RoomState(address, name, kind, context as RoomContext);
    rooms.value = [...rooms.value, room];
  }
  return room;
}

function joinedAddresses(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(stored(key) ?? '["lobby"]');
    return Array.isArray(kept) ? kept.filter((address) => typeof address === 'string') : ['lobby'];
  } catch {
    return ['lobby'];
  }
}

function remember(): void {
  const kept = rooms.value.filter((room) => room.kind !== 'private' && room.phase.value === 'joined');
  store(key, JSON.stringify(kept.map((room) => room.address)));
}

function lastAddress(): string {
  return stored(`${key}.last`) ?? 'lobby';
}

effect(() => {
  void route.value;
  untracked(follow);
});
