import { say } from '../state/layers.ts';
import { t } from '../text/i18n.ts';

/** Copies a text, also over plain http, where there is no clipboard to write to. */
export function copy(text: string): void {
  if (navigator.clipboard !== undefined) {
    navigator.clipboard.writeText(text).then(() => say(t('copied')), () => copyBySelection(text));
  } else {
    copyBySelection(text);
  }
}

function copyBySelection(text: string): void {
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'unseen';
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  (focused as HTMLElement | null)?.focus();
  say(copied ? t('copied') : t('copy.failed'), !copied);
}
