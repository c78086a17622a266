import { useEffect, useState } from 'preact/hooks';
import { partMissing } from '../state/later.ts';
import { checkConnection, connection, notice, outboxVolatile, retryAt } from '../state/session.ts';
import { storageWorks } from '../state/storage.ts';
import { t } from '../text/i18n.ts';
import { sentenceOf } from '../text/refusals.ts';
import { visibleText } from '../text/visible.ts';
import { second } from './layers.tsx';

/** Everything that somebody has to know of the connection, the page or the browser. */
export function Banner() {
  return (
    <div class="banners" role="status">
      <Connection />
      {(second.value?.outdated.value === true || partMissing.value === 'newer') && (
        <p class="banner">{t('outdated')} <button type="button" class="link" onClick={() => location.reload()}>{t('reload')}</button></p>
      )}
      {notice.value !== undefined && (
        <p class="banner">
          <bdi>{visibleText(notice.value.text)}</bdi>{' '}
          <button type="button" class="link" onClick={() => { notice.value = undefined; }}>{t('close')}</button>
        </p>
      )}
      {(!storageWorks.value || outboxVolatile.value !== undefined) && <p class="banner">{t('storage.none')}</p>}
    </div>
  );
}

function Connection() {
  const { state, error } = connection.value;
  const [, tick] = useState(0);
  const away = state !== 'online';
  useEffect(() => {
    if (!away) {
      return undefined;
    }
    const timer = setInterval(() => tick((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, [away]);
  if (!away) {
    return null;
  }
  const wait = Math.ceil(((retryAt.value ?? 0) - Date.now()) / 1_000);
  const doing = state === 'connecting' || wait <= 0 ? t('connection.trying') : t('connection.waiting', { n: wait });
  return (
    <p class="banner away">
      <span>{error === undefined ? t('connection.none') : sentenceOf(error)}</span>{' '}
      <span aria-live="off">{doing}</span> {t('connection.kept')}{' '}
      {state !== 'connecting' && <button type="button" class="link" onClick={checkConnection}>{t('connection.now')}</button>}
    </p>
  );
}
