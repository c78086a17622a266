import { effect, signal } from '@preact/signals';
import { lookAgain } from './attention.ts';
import { saveDrafts } from './drafts.ts';
import { current, keepMarks, totals } from './rooms.ts';
import { checkConnection, putAway } from './session.ts';
import { t } from '../text/i18n.ts';
import { untilMidnight } from '../text/days.ts';
import { visibleName } from '../text/visible.ts';

/** Changes at midnight and when the page is seen again, for words such as "today". */
export const now = signal(Date.now());

/** Listens to what the browser tells of the page. */
export function watchPage(): void {
  for (const type of ['focus', 'blur', 'visibilitychange'] as const) {
    (type === 'visibilitychange' ? document : window).addEventListener(type, attentionChanged);
  }
  addEventListener('online', checkConnection);
  addEventListener('pageshow', (event) => event.persisted && checkConnection());
  document.addEventListener('resume', checkConnection);
  addEventListener('pagehide', (event) => {
    saveDrafts();
    keepMarks();
    putAway(event.persisted);
  });
  effect(tellTitle);
  tickAtMidnight();
}

function attentionChanged(): void {
  lookAgain();
  if (document.visibilityState === 'visible') {
    now.value = Date.now();
    checkConnection();
  } else {
    saveDrafts();
    keepMarks();
  }
}

function tickAtMidnight(): void {
  setTimeout(() => {
    now.value = Date.now();
    tickAtMidnight();
  }, Math.min(untilMidnight(Date.now()) + 50, 3_600_000));
}

function tellTitle(): void {
  const { unread, mentions } = totals.value;
  const room = current.value;
  const name = room === undefined ? t('app') : `${visibleName(room.name.value)} – ${t('app')}`;
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = mentions > 0 ? 'icon-mention.svg' : unread > 0 ? 'icon-unread.svg' : 'icon.svg';
  if (icon !== null && !icon.href.endsWith(`/${href}`)) {
    icon.href = href;
  }
}
