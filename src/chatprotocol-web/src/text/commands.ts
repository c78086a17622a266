/** A line that begins with a slash, taken apart. */
export type Line =
  | { readonly kind: 'text'; readonly text: string; readonly action?: boolean }
  | { readonly kind: 'command'; readonly name: CommandName; readonly words: string }
  | { readonly kind: 'unknown'; readonly name: string };

export type CommandName =
  | 'help' | 'me' | 'join' | 'leave' | 'msg' | 'nick' | 'topic' | 'block' | 'unblock' | 'kick' | 'mute' | 'ban' | 'room' | 'invite';

/** Commands with what follows them, in the order of the help. */
export const commands: readonly { readonly name: CommandName; readonly words: string }[] = [
  { name: 'join', words: 'room' },
  { name: 'leave', words: '' },
  { name: 'me', words: 'text' },
  { name: 'msg', words: 'name text' },
  { name: 'nick', words: 'name' },
  { name: 'room', words: 'name' },
  { name: 'invite', words: 'name' },
  { name: 'topic', words: 'text' },
  { name: 'block', words: 'name' },
  { name: 'unblock', words: 'name' },
  { name: 'kick', words: 'name' },
  { name: 'mute', words: 'name' },
  { name: 'ban', words: 'name' },
  { name: 'help', words: '' },
];

/** Takes a written line apart: a text to say (`//` says a slash, `/me` what one does), a command, or a command that there is not. */
export function lineOf(written: string): Line {
  if (written.startsWith('//')) {
    return { kind: 'text', text: written.slice(1) };
  }
  const match = /^\/([a-zA-Z]+)(?:\s+([\s\S]*))?$/u.exec(written);
  if (!match) {
    return { kind: 'text', text: written };
  }
  const name = (match[1] as string).toLowerCase();
  const known = commands.find((command) => command.name === name);
  const words = (match[2] ?? '').trim();
  if (known?.name === 'me' && words !== '') {
    return { kind: 'text', text: words, action: true };
  }
  return known === undefined
    ? { kind: 'unknown', name }
    : { kind: 'command', name: known.name, words };
}

/** The first word and what follows it. */
export function firstWord(words: string): { word: string; rest: string } {
  const match = /^(\S*)\s*([\s\S]*)$/u.exec(words);
  return { word: match?.[1] ?? '', rest: match?.[2] ?? '' };
}
