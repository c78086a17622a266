import { useState } from 'preact/hooks';
import { keptCredential } from '../state/credential.ts';
import { language, prefer } from '../state/preferences.ts';
import { confidential, enterAsGuest, enterByInvitation, enterByPassword, enterByToken, onLoopback } from '../state/entering.ts';
import { route } from '../state/place.ts';
import { loginError, phase } from '../state/session.ts';
import { storageWorks } from '../state/storage.ts';
import { t } from '../text/i18n.ts';
import { sentenceOf } from '../text/refusals.ts';
import { Field } from './field.tsx';

type Way = 'guest' | 'password' | 'token' | 'register';

/** How somebody gets in. */
export function LoginView() {
  const at = route.value;
  const invitation = at.at === 'invitation' ? at.code : '';
  const [chosen, choose] = useState<Way>();
  const way = chosen ?? (invitation !== '' ? 'register' : onLoopback || !confidential ? 'guest' : 'password');
  const other = language.value === 'zh' ? 'en' : 'zh';
  const ways: readonly Way[] = ['guest', 'password', 'token', 'register'];
  return (
    <main class="login">
      <div class="login-card">
        <h1>{t('app')}</h1>
        <p class="hint">{t('login.at', { host: location.host })}</p>
        {loginError.value !== undefined && <p class="note bad" role="alert">{sentenceOf(loginError.value)}</p>}
        <LoginForm key={way} way={way} invitation={invitation} />
        <p class="ways">
          {ways.filter((one) => one !== way).map((one) => (
            <button type="button" class="link" key={one} onClick={() => choose(one)}>{t(`login.by.${one}`)}</button>
          ))}
        </p>
        {!storageWorks.value && <p class="note">{t('storage.none')}</p>}
        <p class="ways">
          <button type="button" class="link" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => prefer({ language: other })}>
            {other === 'zh' ? '中文' : 'English'}
          </button>
        </p>
      </div>
    </main>
  );
}

function LoginForm({ way, invitation }: { readonly way: Way; readonly invitation: string }) {
  const [wrong, setWrong] = useState('');
  const kept = keptCredential();
  const busy = phase.value === 'entering';
  if (way !== 'guest' && !confidential) {
    return <p class="note">{t('login.insecure')}</p>;
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const value = (name: string): string => String(data.get(name) ?? '');
    const again = way === 'register' && value('password') !== value('again');
    setWrong(again ? t('login.differ') : '');
    if (!again && !busy) {
      void enter(way, value, data.has('keep'));
    }
  };
  return (
    <form class="form" onSubmit={submit}>
      {way === 'token'
        ? <Field name="token" label={t('login.token')} type="password" complete="off" />
        : <Field name="name" label={t('login.name')} complete="username" value={kept?.name ?? ''} focus />}
      {(way === 'password' || way === 'register') && (
        <Field
          name="password" label={t('login.password')} type="password" least={way === 'register' ? 8 : 1}
          complete={way === 'register' ? 'new-password' : 'current-password'}
        />
      )}
      {way === 'register' && (
        <>
          <Field name="again" label={t('login.again')} type="password" complete="new-password" />
          <Field name="invitation" label={t('login.invitation')} value={invitation} complete="off" optional />
        </>
      )}
      {way !== 'guest' && <label class="check"><input type="checkbox" name="keep" defaultChecked /> <span>{t('login.keep')}</span></label>}
      {wrong !== '' && <p class="note bad" role="alert">{wrong}</p>}
      <p class="hint">{t(`login.hint.${way}`)}</p>
      <button type="submit" class="button" aria-busy={busy}>
        {busy ? t('connection.trying') : t(way === 'register' ? 'login.register' : 'login')}
      </button>
    </form>
  );
}

function enter(way: Way, value: (name: string) => string, keep: boolean): Promise<void> {
  const name = value('name').trim();
  switch (way) {
    case 'guest': return enterAsGuest(name);
    case 'password': return enterByPassword(name, value('password'), keep);
    case 'token': return enterByToken(value('token').trim(), keep);
    case 'register': return enterByInvitation(name, value('password'), value('invitation').trim(), keep);
  }
}
