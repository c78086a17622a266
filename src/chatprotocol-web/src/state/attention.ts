import { signal } from '@preact/signals';

/** Whether somebody can be looking: the page is seen and has the focus. */
export const attended = signal(isAttended());

/** Looks again, as the page is seen, hidden, or gets or loses the focus. */
export function lookAgain(): void {
  attended.value = isAttended();
}

function isAttended(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
