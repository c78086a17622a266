import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { draftOf, draftPosted, keepDraft, recovered } from '../state/drafts.ts';
import { layer, say as tell } from '../state/layers.ts';
import { preferences } from '../state/preferences.ts';
import type { RoomState } from '../state/room.ts';
import { theClient } from '../state/session.ts';
import type { OpenWord, Proposal } from '../text/completion.ts';
import { t } from '../text/i18n.ts';
import { visibleName } from '../text/visible.ts';
import { about, offered } from './composer-bridge.ts';
import { Icon } from './icons.tsx';
import { isComposing } from './keys.ts';
import { second } from './layers.tsx';

const encoder = new TextEncoder();

interface Open {
  readonly word: OpenWord;
  readonly proposals: readonly Proposal[];
  readonly chosen: number;
}

/** Where a message is written. The box's text is its own: it is set by sending, completing and another room, never while somebody types. */
export function Composer({ room }: { readonly room: RoomState }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [open, setOpen] = useState<Open>();
  const [over, setOver] = useState(0);
  const name = visibleName(room.name.value);
  const label = room.kind === 'private' ? t('composer.private', { name }) : t('composer', { room: name });
  const why = forbidden(room);
  const loaded = second.value;
  const now = about.value?.room === room ? about.value : undefined;
  const edited = now?.edits === true ? now.row : undefined;

  const set = (text: string, caret = text.length): void => {
    const element = box.current as HTMLTextAreaElement;
    element.value = text;
    element.setSelectionRange(caret, caret);
    changed();
  };
  const typed = (event: InputEvent): void => {
    const element = box.current as HTMLTextAreaElement;
    const { value, selectionStart: caret } = element;
    const emoji = event.isComposing || event.data !== ':' ? undefined : second.value?.emojiBefore(value, caret);
    if (emoji === undefined) {
      changed();
    } else {
      set(emoji.text, emoji.caret);
    }
  };
  const changed = (): void => {
    const element = box.current as HTMLTextAreaElement;
    if (edited === undefined) {
      keepDraft(room.address, element.value);
    }
    grow(element);
    setOver(excessOf(element.value));
    setOpen(openAt(room, element));
  };
  const choose = (proposal: Proposal): void => {
    const element = box.current as HTMLTextAreaElement;
    const done = second.value?.complete(element.value, element.selectionStart, (open as Open).word, proposal.insert);
    if (done !== undefined) {
      set(done.text, done.caret);
      element.focus();
    }
  };

  useLayoutEffect(() => {
    set(edited?.text ?? draftOf(room.address));
    // On a touch screen the focus would bring up the keyboard; a window keeps its own.
    if (!matchMedia('(pointer: coarse)').matches && layer.peek() === undefined) {
      box.current?.focus();
    }
  }, [room, edited]);
  useEffect(() => {
    if (now !== undefined) {
      box.current?.focus();
    }
  }, [now]);
  useEffect(() => {
    const offer = offered.value;
    if (offer?.room === room) {
      offered.value = undefined;
      const written = box.current?.value.trimEnd() ?? '';
      set(written === '' ? offer.text : `${written}\n${offer.text}`);
      box.current?.focus();
    }
  }, [offered.value]);
  useEffect(() => {
    const sent = recovered.value;
    if (sent?.address === room.address && box.current?.value.trim() === sent.text.trim()) {
      set('');
    }
  }, [recovered.value]);

  const key = (event: KeyboardEvent): void => {
    if (isComposing(event)) {
      return;
    }
    if (open !== undefined && completionKey(event, open, choose, setOpen)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && sends(event)) {
      event.preventDefault();
      void send(room, box.current as HTMLTextAreaElement, set);
    } else if (loaded?.aboutKey(event, room) === true) {
      event.preventDefault();
    } else if (event.key === 'PageUp' || event.key === 'PageDown') {
      scrollTimeline(event);
    }
  };

  return (
    <div class="composer">
      {open !== undefined && loaded !== undefined && <loaded.Completion proposals={open.proposals} chosen={open.chosen} choose={choose} />}
      {over > 0 && <p class="note bad" role="alert">{t('composer.long', { n: over })}</p>}
      {now !== undefined && loaded !== undefined && <loaded.AboutView about={now} />}
      {why !== undefined && <p class="note">{why}</p>}
      <form
        class="write"
        onSubmit={(event) => {
          event.preventDefault();
          void send(room, box.current as HTMLTextAreaElement, set);
          box.current?.focus();
        }}
      >
        <textarea
          ref={box} rows={1} dir="auto" aria-label={label} placeholder={label} enterkeyhint="send" autocomplete="off"
          aria-autocomplete="list" aria-controls={open && 'completion'} aria-activedescendant={open && `completion-${open.chosen}`}
          onInput={typed} onKeyDown={key} onPaste={pasted} onBlur={() => setTimeout(() => setOpen(undefined), 150)}
        />
        <button type="submit" class="icon-button send" aria-label={t('composer.send')} title={t('composer.send')}><Icon name="send" /></button>
      </form>
    </div>
  );
}

async function send(room: RoomState, box: HTMLTextAreaElement, set: (text: string) => void): Promise<void> {
  const written = box.value;
  const now = about.peek()?.room === room ? about.peek() : undefined;
  // The box may be another room's by the time that a command is done.
  const clear = (): void => {
    if (box.isConnected && box.value === written) {
      set('');
    } else {
      keepDraft(room.address, '');
    }
  };
  const say = (text: string, action = false): void => {
    const post = room.post(text.replace(/^\n+|\s+$/gu, ''), { ...second.value?.replyOf(now), action });
    if (post === undefined) {
      tell(t('composer.waiting'), true);
      return;
    }
    draftPosted(room.address, written, post.id);
    about.value = undefined;
    clear();
  };
  if (written.trim() === '' || excessOf(written) > 0) {
    return;
  }
  if (now?.edits === true) {
    await (await second.load()).sendEdit(now, written.trim());
    return;
  }
  if (!written.startsWith('/')) {
    say(written);
    return;
  }
  const { lineOf, runCommand } = await second.load();
  const line = lineOf(written);
  if (line.kind === 'unknown') {
    tell(t('command.unknown', { command: `/${line.name}` }), true);
  } else if (line.kind === 'text') {
    say(line.text, line.action);
  } else if (await runCommand(room, line.name, line.words)) {
    clear();
  }
}

function sends(event: KeyboardEvent): boolean {
  return preferences.value.sendBy === 'enter'
    ? !event.shiftKey && !event.altKey
    : event.ctrlKey || event.metaKey;
}

function completionKey(
  event: KeyboardEvent, open: Open, choose: (proposal: Proposal) => void, set: (open: Open | undefined) => void,
): boolean {
  const { proposals, chosen } = open;
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move !== undefined) {
    set({ ...open, chosen: (chosen + move + proposals.length) % proposals.length });
  } else if (event.key === 'Tab' || event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
    const proposal = proposals[chosen];
    // A word that is whole already is sent by Enter, not completed.
    const whole = proposals.some(({ label }) => label.toLowerCase() === open.word.query.toLowerCase());
    if (proposal === undefined || event.key === 'Enter' && (whole || proposal.insert.trim() === `/${open.word.query}`)) {
      return false;
    }
    choose(proposal);
  } else if (event.key === 'Escape') {
    set(undefined);
  } else {
    return false;
  }
  return true;
}

function openAt(room: RoomState, box: HTMLTextAreaElement): Open | undefined {
  const word = box.selectionStart === box.selectionEnd ? second.value?.openWordAt(box.value, box.selectionStart) : undefined;
  const proposals = word === undefined ? [] : second.value?.proposalsFor(room, word) ?? [];
  return word === undefined || proposals.length === 0 ? undefined : { word, proposals, chosen: 0 };
}

function pasted(event: ClipboardEvent): void {
  const data = event.clipboardData;
  if (data !== null && data.files.length > 0 && data.getData('text/plain') === '') {
    event.preventDefault();
    tell(t('composer.files'), true);
  }
}

function excessOf(text: string): number {
  const limit = limits().text ?? 65_536;
  // No character takes more than three bytes for each unit, so most texts need no counting.
  return text.length * 3 <= limit ? 0 : Math.max(0, encoder.encode(text).length - limit);
}

function limits(): Readonly<Record<string, number>> {
  try {
    return theClient().server?.limits ?? {};
  } catch {
    return {};
  }
}

function forbidden(room: RoomState): string | undefined {
  const { value: changes } = room.info;
  const info = changes > 0 ? room.room?.info : undefined;
  if (info === undefined) {
    return undefined;
  }
  return info.archived ? t('error.room-archived')
    : info.restriction === 1 ? t('composer.muted')
      : info.moderated && info.role === 0 ? t('composer.moderated')
        : info.slow > 0 && info.role < 2 ? t('composer.slow', { n: Math.round(info.slow / 1_000) }) : undefined;
}

function grow(box: HTMLTextAreaElement): void {
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + 2}px`;
}

function scrollTimeline(event: KeyboardEvent): void {
  const timeline = document.querySelector<HTMLElement>('.timeline');
  if (timeline !== null && (event.target as HTMLTextAreaElement).value === '') {
    event.preventDefault();
    timeline.scrollBy(0, (event.key === 'PageUp' ? -1 : 1) * (timeline.clientHeight - 40));
  }
}
