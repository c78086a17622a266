import { prefer, preferences } from '../state/preferences.ts';
import type { Preferences } from '../state/preferences.ts';
import { say } from '../state/layers.ts';
import { theClient } from '../state/session.ts';
import { storageWorks } from '../state/storage.ts';
import { t } from '../text/i18n.ts';
import type { Key } from '../text/i18n.ts';
import { commandKey } from './keys.ts';
import { Dialog } from './dialog.tsx';

/** The choices that there are for this browser. */
export function SettingsView() {
  const { theme, language, sendBy, notifications } = preferences.value;
  return (
    <Dialog title={t('settings')}>
      <Choice name="theme" label="settings.theme" value={theme} options={['system', 'light', 'dark']} />
      <Choice name="language" label="settings.language" value={language} options={['browser', 'en', 'zh']} />
      <Choice name="sendBy" label="settings.send" value={sendBy} options={['enter', 'ctrl-enter']} />
      <label class="check">
        <input type="checkbox" checked={notifications} onChange={(event) => void notify(event.currentTarget)} />
        <span>{t('settings.notifications')}</span>
      </label>
      {!isSecureContext && (
        <p class="hint">{t('settings.insecure')}</p>
      )}
      {!storageWorks.value && <p class="note">{t('storage.none')}</p>}
      <p class="hint">{t('settings.server', { agent: theClient().server?.agent ?? '–' })}</p>
    </Dialog>
  );
}

function Choice<K extends 'theme' | 'language' | 'sendBy'>({ name, label, value, options }: {
  readonly name: K;
  readonly label: Key;
  readonly value: Preferences[K];
  readonly options: readonly Preferences[K][];
}) {
  return (
    <fieldset class="choice">
      <legend>{t(label)}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => prefer({ [name]: option })} />
          <span>{t(`settings.${option}`, { key: commandKey })}</span>
        </label>
      ))}
    </fieldset>
  );
}

async function notify(box: HTMLInputElement): Promise<void> {
  if (!box.checked) {
    prefer({ notifications: false });
    return;
  }
  const permission = 'Notification' in window ? await Notification.requestPermission() : 'denied';
  box.checked = permission === 'granted';
  prefer({ notifications: permission === 'granted' });
  if (permission !== 'granted') {
    say(t(isSecureContext ? 'settings.denied' : 'settings.insecure'), true);
  }
}
