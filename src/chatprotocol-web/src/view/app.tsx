import { useEffect } from 'preact/hooks';
import { later, partMissing } from '../state/later.ts';
import { phase } from '../state/session.ts';
import { loadPhrases, t } from '../text/i18n.ts';

const door = later(async () => {
  const [parts] = await Promise.all([import('./login.tsx'), loadPhrases('door')]);
  return parts;
});
const rooms = later(() => import('./inside.tsx'));

/** The whole page: its door, or what is inside. Each comes in a file of its own. */
export function App() {
  const isIn = phase.value === 'in';
  useEffect(() => void (isIn ? rooms : door).load(), [isIn]);
  if (isIn) {
    return rooms.value === undefined ? <Waiting /> : <rooms.value.InsideView />;
  }
  return door.value === undefined ? <Waiting /> : <door.value.LoginView />;
}

function Waiting() {
  if (partMissing.value === undefined) {
    return null;
  }
  return (
    <p class="empty">
      {t(partMissing.value === 'newer' ? 'outdated' : 'error.unreachable')}{' '}
      <button type="button" class="link" onClick={() => location.reload()}>{t('reload')}</button>
    </p>
  );
}
