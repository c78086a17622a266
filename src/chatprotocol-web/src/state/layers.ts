import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Row } from './timeline.ts';

/** A window over the page. */
export type Layer =
  | { readonly show: 'keys' | 'settings' | 'account' | 'rooms' | 'date' | 'room' }
  | { readonly show: 'report'; readonly row: Row }
  | { readonly show: 'confirm'; readonly question: string; readonly action: string; readonly reason: boolean;
      readonly act: (reason: string) => Promise<void> };

export interface MenuItem {
  readonly label: ComponentChildren;
  readonly act: () => void;
  readonly grave?: boolean;
}

/** A menu at a place of the page; the focus goes back to its opener. */
export interface OpenMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly x: number;
  readonly y: number;
  /** Whether its items are signs side by side. */
  readonly across?: boolean;
  readonly opener: HTMLElement | undefined;
}

export const layer = signal<Layer | undefined>(undefined);
export const menu = signal<OpenMenu | undefined>(undefined);
/** A short word on what was done or refused. */
export const toast = signal<{ readonly text: string; readonly bad: boolean } | undefined>(undefined);
/** Whether the people of the room lie over it, where there is no place beside it. */
export const peopleOver = signal(false);
/** Whether the list of rooms covers the page, on a phone. */
export const drawer = signal(false);

/** Says something for some seconds, to be read and heard. */
export function say(text: string, bad = false): void {
  const said = { text, bad };
  toast.value = said;
  setTimeout(() => {
    if (toast.value === said) {
      toast.value = undefined;
    }
  }, bad ? 9_000 : 4_000);
}
