/** Whether a key belongs to an input method: Chrome and Firefox say so, Safari's last Enter has the code 229 alone. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether Ctrl, or on a Mac Cmd, is held and nothing else. */
export function withCommand(event: KeyboardEvent): boolean {
  return (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey && !event.shiftKey;
}

export const isMac = /Mac|iPhone|iPad/u.test(navigator.platform);
/** How the key is written. */
export const commandKey = isMac ? '⌘' : 'Ctrl';

/** Whether text is being written where the event comes from. */
export function isWriting(event: Event): boolean {
  const { target } = event;
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName));
}
