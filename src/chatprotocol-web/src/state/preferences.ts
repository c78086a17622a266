import { computed, signal } from '@preact/signals';
import { onStoredElsewhere, store, stored } from './storage.ts';

/** The choices of somebody for this browser. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly language: 'browser' | 'en' | 'zh';
  readonly sendBy: 'enter' | 'ctrl-enter';
  readonly notifications: boolean;
  readonly people: boolean;
}

const defaults: Preferences = {
  theme: 'system', language: 'browser', sendBy: 'enter', notifications: false, people: true,
};

/** The preferences of now; `first.js` reads them too, before anything is drawn. */
export const preferences = signal(read());

/** The language that the page speaks. */
export const language = computed<'en' | 'zh'>(() => {
  const chosen = preferences.value.language;
  return chosen === 'browser' ? languageOf(navigator.languages) : chosen;
});

/** Changes some of the preferences, here and in the other tabs. */
export function prefer(change: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...change };
  store('preferences', JSON.stringify(preferences.value));
}

/** The first language of a list that there is a catalogue of. */
export function languageOf(languages: readonly string[]): 'en' | 'zh' {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh' || primary === 'en') {
      return primary;
    }
  }
  return 'en';
}

onStoredElsewhere((key) => {
  if (key === 'preferences') {
    preferences.value = read();
  }
});

function read(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(stored('preferences') ?? '{}') as Partial<Preferences>) };
  } catch {
    return defaults;
  }
}
