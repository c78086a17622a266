import { signal } from '@preact/signals';
import { language } from '../state/preferences.ts';
import type { enDoor } from './en-door.ts';
import type { enMore } from './en-more.ts';
import type { en } from './en.ts';

/** A phrase, or one for each plural form; `{n}` and other words in braces are put in. */
export type Phrase = string | { readonly one?: string; readonly other: string };
export type Catalogue = { readonly [K in keyof typeof en]: Phrase };
export type DoorCatalogue = { readonly [K in keyof typeof enDoor]: Phrase };
export type MoreCatalogue = { readonly [K in keyof typeof enMore]: Phrase };
export type Key = keyof Catalogue | keyof DoorCatalogue | keyof MoreCatalogue;
/** Phrases that are loaded apart: where somebody logs in, and for menus and windows. */
export type Part = 'door' | 'more';

type Phrases = Readonly<Record<string, Phrase>>;

// Tag and phrases change together: no sentence has the words of one language and the numbers of another.
const spoken = signal<{ readonly tag: string; readonly phrases: Phrases } | undefined>(undefined);
const wanted = new Set<Part>();
const plurals = new Map<string, Intl.PluralRules>();

/** A phrase in the language of the page; whoever draws it draws it again in another one. */
export function t(key: Key, words: Readonly<Record<string, string | number>> = {}): string {
  if (spoken.value === undefined) {
    return '';
  }
  const { tag, phrases } = spoken.value;
  const phrase = phrases[key] ?? '';
  const form = typeof phrase === 'string' ? phrase : pluralOf(phrase, tag, Number(words.n));
  return form.replace(/\{(\w+)\}/gu, (whole, word: string) => {
    const value = words[word];
    return typeof value === 'number' ? numberOf(value, tag) : value ?? whole;
  });
}

/** Loads the phrases of the chosen language; until then the page goes on in the one before. */
export async function loadLanguage(): Promise<void> {
  const tag = language.value;
  const files = catalogues[tag];
  const loaded = await Promise.all([files.first(), ...[...wanted].map((part) => files[part]())]);
  if (tag === language.value) {
    spoken.value = { tag, phrases: Object.assign({}, ...loaded) as Phrases };
  }
}

/** Loads phrases that are wanted only now, in this and every language chosen from now on. */
export function loadPhrases(...parts: readonly Part[]): Promise<void> {
  parts.forEach((part) => wanted.add(part));
  return loadLanguage();
}

const catalogues: { readonly [tag in 'en' | 'zh']: { readonly [part in 'first' | Part]: () => Promise<Phrases> } } = {
  en: {
    first: async () => (await import('./en.ts')).en,
    door: async () => (await import('./en-door.ts')).enDoor,
    more: async () => (await import('./en-more.ts')).enMore,
  },
  zh: {
    first: async () => (await import('./zh.ts')).zh,
    door: async () => (await import('./zh-door.ts')).zhDoor,
    more: async () => (await import('./zh-more.ts')).zhMore,
  },
};

/** The language that the page speaks now. */
export function spokenTag(): string {
  return spoken.value?.tag ?? 'en';
}

/** Whether there is such a phrase, as for a refusal of a later version. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(spoken.value?.phrases ?? {}, key);
}

function pluralOf(phrase: { readonly one?: string; readonly other: string }, tag: string, n: number): string {
  let rules = plurals.get(tag);
  if (rules === undefined) {
    rules = new Intl.PluralRules(tag);
    plurals.set(tag, rules);
  }
  return (rules.select(n) === 'one' ? phrase.one : undefined) ?? phrase.other;
}

function numberOf(value: number, tag: string): string {
  return formatter(tag, 'number', () => new Intl.NumberFormat(tag)).format(value);
}

const formatters = new Map<string, unknown>();

function formatter<T>(tag: string, kind: string, make: () => T): T {
  const key = `${tag} ${kind}`;
  const made = formatters.get(key) as T | undefined ?? make();
  formatters.set(key, made);
  return made;
}

/** Hours and minutes of a time. */
export function clockOf(time: number): string {
  const tag = spokenTag();
  const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return formatter(tag, 'clock', () => new Intl.DateTimeFormat(tag, style)).format(time);
}

/** Date and time in full. */
export function momentOf(time: number): string {
  const tag = spokenTag();
  const style = { dateStyle: 'full', timeStyle: 'medium' } as const;
  return formatter(tag, 'moment', () => new Intl.DateTimeFormat(tag, style)).format(time);
}

/** A date with its weekday; the year only where it is another one. */
export function dateOf(date: Date, sameYear: boolean): string {
  const tag = spokenTag();
  const style: Intl.DateTimeFormatOptions = {
    weekday: 'long', day: 'numeric', month: 'long', ...(!sameYear && { year: 'numeric' as const }),
  };
  return formatter(tag, `date ${sameYear}`, () => new Intl.DateTimeFormat(tag, style)).format(date);
}
