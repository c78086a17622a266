import { useState } from 'preact/hooks';
import { attempt } from '../state/actions.ts';
import { say } from '../state/layers.ts';
import type { Layer } from '../state/layers.ts';
import { current, go } from '../state/rooms.ts';
import type { Row } from '../state/timeline.ts';
import { commands } from '../text/commands.ts';
import { dayOf, startOf } from '../text/days.ts';
import { t } from '../text/i18n.ts';
import type { Key } from '../text/i18n.ts';
import { visibleText } from '../text/visible.ts';
import { commandKey } from './keys.ts';
import { Dialog, closeLayer } from './dialog.tsx';
import { Field } from './field.tsx';
import { Name } from './name.tsx';

const keys: readonly (readonly [string, Key])[] = [
  ['Enter', 'keys.send'], ['Shift+Enter', 'keys.line'], [`${commandKey}+K`, 'keys.rooms'], ['Alt+↑ ↓', 'keys.step'],
  ['Alt+Shift+↑ ↓', 'keys.unread'], ['PageUp PageDown', 'keys.page'], ['↑ ↓', 'keys.messages'], ['Enter', 'keys.menu'],
  ['Esc', 'keys.escape'], [':name:', 'keys.emoji'], ['@', 'keys.name'], ['↑', 'keys.edit'], ['?', 'keys'],
];

/** The keys and commands that there are. */
export function KeysView() {
  return (
    <Dialog title={t('keys')} wide>
      <div class="columns">
        <dl class="keys">
          {keys.map(([key, what]) => <div key={what}><dt><kbd>{key}</kbd></dt><dd>{t(what)}</dd></div>)}
        </dl>
        <dl class="keys">
          {commands.map(({ name, words }) => (
            <div key={name}>
              <dt><kbd>/{name}</kbd> {words !== '' && <i>{t(`command.words.${words as 'name'}`)}</i>}</dt>
              <dd>{t(`command.${name}`)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

/** Goes to the first message of a day. */
export function DateView() {
  const [none, setNone] = useState(false);
  const today = dayOf(Date.now());
  const room = current.value;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const day = String(new FormData(event.currentTarget as HTMLFormElement).get('day'));
    await attempt(async () => {
      const page = await room?.room?.history({ since: startOf(day), limit: 1 });
      const first = page?.entries.find((entry) => entry.said);
      if (first === undefined || room === undefined) {
        setNone(true);
      } else {
        closeLayer();
        go(room.address, first.seq);
      }
    });
  };
  return (
    <Dialog title={t('date.title')}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span>{t('date.day')}</span>
          <input type="date" name="day" required max={today} defaultValue={today} autofocus />
        </label>
        {none && <p class="note" role="alert">{t('date.none')}</p>}
        <button type="submit" class="button">{t('date.go')}</button>
      </form>
    </Dialog>
  );
}

/** Tells the moderators of a message. */
export function ReportView({ row }: { readonly row: Row }) {
  const room = current.value;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get('reason') ?? '');
    if (await attempt(async () => room?.room?.report(row.seq, reason), t('done.report'))) {
      closeLayer();
    }
  };
  return (
    <Dialog title={t('message.report')}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <blockquote dir="auto"><Name name={row.name} />: {visibleText(row.text).slice(0, 300)}</blockquote>
        <p class="hint">{t('report.hint')}</p>
        <Field name="reason" label={t('reason')} optional focus />
        <button type="submit" class="button">{t('message.report')}</button>
      </form>
    </Dialog>
  );
}

/** Asks before something that cannot simply be undone. */
export function ConfirmView({ ask }: { readonly ask: Layer & { readonly show: 'confirm' } }) {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get('reason') ?? '');
    closeLayer();
    void ask.act(reason);
  };
  return (
    <Dialog title={ask.action}>
      <form class="form" onSubmit={submit}>
        <p>{ask.question}</p>
        {ask.reason && <Field name="reason" label={t('reason')} optional focus />}
        <button type="submit" class="button grave">{ask.action}</button>
      </form>
    </Dialog>
  );
}

/** Title, topic and settings of the room, for who may change them. */
export function RoomSettings() {
  const room = current.value?.room;
  const info = room?.info;
  if (room === undefined || info === undefined) {
    return null;
  }
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string, before: string): Record<string, string> => {
      const value = String(data.get(name) ?? '').trim();
      return value === before ? {} : { [name]: value };
    };
    const flag = (name: string, before: boolean): Record<string, boolean> => (data.has(name) === before ? {} : { [name]: data.has(name) });
    const owner = data.has('owner') ? { ...flag('moderated', info.moderated), ...flag('archived', info.archived) } : {};
    const change = { ...text('title', info.title), ...text('topic', info.topic), ...owner };
    if (Object.keys(change).length === 0) {
      closeLayer();
    } else if (await attempt(() => room.change(change))) {
      say(t('done.room'));
      closeLayer();
    }
  };
  return (
    <Dialog title={t('room.settings')}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field name="title" label={t('room.title')} value={info.title} optional focus />
        <Field name="topic" label={t('room.topic')} value={info.topic} optional />
        {info.role !== 2 && (
          <>
            <input type="hidden" name="owner" value="1" />
            <label class="check">
              <input type="checkbox" name="moderated" defaultChecked={info.moderated} /> <span>{t('room.moderated')}</span>
            </label>
            <label class="check">
              <input type="checkbox" name="archived" defaultChecked={info.archived} /> <span>{t('room.archived')}</span>
            </label>
          </>
        )}
        <button type="submit" class="button">{t('save')}</button>
      </form>
    </Dialog>
  );
}
