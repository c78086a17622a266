import { drawer, layer, menu, peopleOver } from '../state/layers.ts';
import { current, go, ordered } from '../state/rooms.ts';
import { phase } from '../state/session.ts';
import { isComposing, isWriting, withCommand } from './keys.ts';

/** Listens to the keys that work wherever one is. */
export function watchKeys(): void {
  document.addEventListener('keydown', globalKey);
}

function globalKey(event: KeyboardEvent): void {
  if (phase.value !== 'in' || isComposing(event) || event.defaultPrevented) {
    return;
  }
  const done = act(event);
  if (done) {
    event.preventDefault();
  }
}

function act(event: KeyboardEvent): boolean {
  if (withCommand(event) && event.code === 'KeyK') {
    layer.value = { show: 'rooms' };
    return true;
  }
  if (layer.value !== undefined || menu.value !== undefined) {
    return false;
  }
  if (event.altKey && !event.ctrlKey && !event.metaKey && (event.code === 'ArrowUp' || event.code === 'ArrowDown')) {
    step(event.code === 'ArrowDown' ? 1 : -1, event.shiftKey);
    return true;
  }
  if (event.key === 'Escape') {
    return escape();
  }
  if (event.key === '?' && !isWriting(event)) {
    layer.value = { show: 'keys' };
    return true;
  }
  return false;
}

function escape(): boolean {
  if (drawer.value || peopleOver.value) {
    drawer.value = false;
    peopleOver.value = false;
    return true;
  }
  const composer = document.querySelector<HTMLElement>('.composer textarea');
  if (composer !== null && document.activeElement !== composer) {
    composer.focus();
    return true;
  }
  current.value?.toEnd();
  current.value?.draw();
  return current.value !== undefined;
}

/** The room `by` places after the one shown, in the order of the list; only unread ones if `unread`. */
function step(by: 1 | -1, unread: boolean): void {
  const all = ordered.value;
  const at = all.findIndex((room) => room === current.value);
  for (let i = 1; i <= all.length; i++) {
    const room = all[(at + by * i + all.length * i) % all.length];
    if (room !== undefined && room !== current.value && (!unread || room.unread.value > 0)) {
      go(room.address);
      return;
    }
  }
}
