import { effect, signal } from '@preact/signals';
import { saveDrafts } from './drafts.ts';
import { rooms } from './rooms.ts';
import { logins } from './session.ts';

/** Whether the server has a newer page than this one. */
export const outdated = signal(false);

/** Looks for a newer page each time that the connection is back. */
export function watchForUpdate(): void {
  effect(() => {
    if (logins.value > 1) {
      void lookForUpdate();
    }
  });
  document.addEventListener('visibilitychange', reloadIfOutdated);
}

/** Compares the page that the server has now with this one. */
async function lookForUpdate(): Promise<void> {
  try {
    const page = await (await fetch('./', { cache: 'no-cache' })).text();
    const served = /<meta name="build" content="(\w+)"/u.exec(page)?.[1];
    const own = document.querySelector<HTMLMetaElement>('meta[name=build]')?.content;
    if (served !== undefined && own !== undefined && served !== own) {
      outdated.value = true;
      reloadIfOutdated();
    }
  } catch {
    // The server is away again; the next login looks once more.
  }
}

function reloadIfOutdated(): void {
  if (outdated.value && document.visibilityState === 'hidden' && !rooms.value.some((room) => room.posts.unsent)) {
    saveDrafts();
    location.reload();
  }
}
