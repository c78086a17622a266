import { visibleName, visibleText } from '../text/visible.ts';
import { attended } from './attention.ts';
import { preferences } from './preferences.ts';
import type { RoomState } from './room.ts';
import { current, saidListeners } from './rooms.ts';

/** Notifies of mentions from now on, where that was asked for and is allowed. */
export function watchForMentions(): void {
  saidListeners.add((room, entry, mention) => mention && notifyLater(room, entry.seq, entry.name, entry.text));
}

/** Notifies of a mention, unless it is read within a second, here or in another tab. */
function notifyLater(room: RoomState, seq: number, name: string, text: string): void {
  if (!preferences.value.notifications || !('Notification' in window) || Notification.permission !== 'granted') {
    return;
  }
  setTimeout(() => {
    if (attended.value && current.value === room || room.unread.value === 0 || room.head > seq && room.mentions.value === 0) {
      return;
    }
    try {
      const shown = new Notification(visibleName(name), {
        body: visibleText(text).slice(0, 200), tag: `chat ${room.address}`, icon: 'icon.png',
      });
      shown.onclick = () => {
        window.focus();
        location.hash = `#/${encodeURIComponent(room.address)}`;
        shown.close();
      };
    } catch {
      // Chrome for Android has notifications from service workers only.
    }
  }, 1_000);
}
