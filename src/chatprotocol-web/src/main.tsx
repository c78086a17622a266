import { effect } from '@preact/signals';
import { render } from 'preact';
import './styles/page.css';
import './styles/room.css';
import './styles/layers.css';
import { loadLater, missing } from './state/later.ts';
import { preferences } from './state/preferences.ts';
import { phase, resume } from './state/session.ts';
import { loadLanguage, spokenTag } from './text/i18n.ts';
// Wanted by the door and inside, and so in the first file.
import './state/place.ts';
import './text/refusals.ts';
import { App } from './view/app.tsx';

// Files that are dropped beside the composer would take the place of the page.
for (const type of ['dragover', 'drop'] as const) {
  addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes('Files') === true) {
      event.preventDefault();
    }
  });
}

/** Begins: the connection while the phrases load, the page as soon as it can speak. */
async function start(): Promise<void> {
  effect(() => {
    document.documentElement.lang = spokenTag() === 'zh' ? 'zh-CN' : 'en';
  });
  effect(() => {
    document.documentElement.dataset.theme = preferences.value.theme;
  });
  resume();
  try {
    await loadLanguage();
  } catch {
    dispatchEvent(new Event('missing'));
    return;
  }
  effect(() => void loadLanguage().catch(missing));
  render(<App />, document.getElementById('page') as HTMLElement);
  // Inside, the first messages go before what comes later.
  effect(() => {
    if (phase.value === 'out') {
      loadLater();
    }
  });
}

if (document.documentElement.dataset.old === undefined) {
  void start();
}
