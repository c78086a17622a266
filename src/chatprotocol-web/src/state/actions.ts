import { frames } from 'chatprotocol';
import { commands, firstWord } from '../text/commands.ts';
import type { CommandName } from '../text/commands.ts';
import { t } from '../text/i18n.ts';
import { sentenceOf } from '../text/refusals.ts';
import { layer, say } from './layers.ts';
import type { RoomState } from './room.ts';
import { go, leave } from './rooms.ts';
import { theClient } from './session.ts';

/** Does something and says what came of it. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) {
      say(done);
    }
    return true;
  } catch (error) {
    say(sentenceOf(error), true);
    return false;
  }
}

/** Carries out a command that was written in a room; false where nothing came of it, so that the line stays. */
export async function runCommand(room: RoomState, name: CommandName, words: string): Promise<boolean> {
  const needs = commands.find((command) => command.name === name)?.words ?? '';
  if (needs !== '' && words === '' && name !== 'topic') {
    say(t('command.needs', { command: `/${name}`, words: t(`command.words.${needs as 'name'}`) }), true);
    return false;
  }
  return handlers[name](room, words);
}

const handlers: Record<CommandName, (room: RoomState, words: string) => Promise<boolean>> = {
  help: async () => {
    layer.value = { show: 'keys' };
    return true;
  },
  // Without words it is refused before, and with them it is a text.
  me: async () => false,
  join: async (_, words) => {
    go(words.replace(/^#/u, ''));
    return true;
  },
  leave: async (room) => {
    await leave(room);
    return true;
  },
  msg: (_, words) => {
    const { word, rest } = firstWord(words.replace(/^@/u, ''));
    return attempt(async () => {
      if (rest !== '') {
        await (await theClient().open(`@${word}`)).post(rest).done;
      }
      go(`@${word}`);
    });
  },
  nick: (_, words) => attempt(() => theClient().nick(words), t('done.nick', { name: words })),
  room: (_, words) => attempt(async () => {
    go((await theClient().createRoom('invitation', words)).address);
  }),
  invite: (room, words) => attempt(async () => room.room?.setRole(named(words), 1), t('done.invite', { name: named(words) })),
  topic: (room, words) => attempt(async () => room.room?.change({ topic: words }), t('done.topic')),
  block: (_, words) => attempt(() => theClient().block(named(words)), t('done.block', { name: named(words) })),
  unblock: (_, words) => attempt(() => theClient().unblock(named(words)), t('done.unblock', { name: named(words) })),
  kick: (_, words) => kick(named(words)),
  mute: (room, words) => restrict(room, named(words), 1),
  ban: (room, words) => restrict(room, named(words), 2),
};

/** Ends the sessions of a user on the server. */
export function kick(name: string, reason = ''): Promise<boolean> {
  return attempt(() => theClient().request(frames.kick, { name, reason }), t('done.kick', { name }));
}

/** Bans a user from the server for good, or until an admin lifts it. */
export function ban(name: string, reason = ''): Promise<boolean> {
  return attempt(() => theClient().request(frames.ban, { name, reason }), t('done.banned', { name }));
}

/** Mutes (1) or bans (2) a user in a room, for good, or lifts that (0). */
export function restrict(room: RoomState, name: string, restriction: 0 | 1 | 2, reason = ''): Promise<boolean> {
  const done = restriction === 1 ? 'done.mute' : restriction === 2 ? 'done.ban' : 'done.lift';
  return attempt(async () => room.room?.restrict(name, restriction, undefined, reason), t(done, { name }));
}

function named(words: string): string {
  return firstWord(words).word.replace(/^@/u, '');
}
