// A classic script, wrapped so that nothing of it is global.
(() => {
  // A browser without these cannot run the page; the sentence for it stands in index.html.
  const old = !window.WebSocket || !window.HTMLDialogElement || !window.ResizeObserver || !Array.prototype.at || !Object.hasOwn;
  if (old) {
    document.documentElement.dataset.old = '';
    return;
  }

  // Runs before anything is drawn: a chosen theme does not flash in the other one, and what the script needs next comes along with it.
  let chosen = {};
  let known = false;
  try {
    chosen = JSON.parse(localStorage.getItem('chat.preferences') ?? '{}');
    known = localStorage.getItem('chat.credential') !== null;
  } catch {
    // Without storage everything is as the browser has it.
  }
  document.documentElement.dataset.theme = chosen.theme === 'light' || chosen.theme === 'dark' ? chosen.theme : 'system';

  const language = [chosen.language, ...navigator.languages].find((tag) => /^(?:en|zh)\b/i.test(tag ?? '')) ?? 'en';
  const phrases = language.toLowerCase().startsWith('zh') ? '/src/text/zh.ts' : '/src/text/en.ts';
  // Beside what is inside also the rest of the SDK, which the login waits for.
  const parts = known ? ['/src/view/inside.tsx', '/src/rest.ts'] : ['/src/view/login.tsx'];
  for (const href of [phrases, ...parts]) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }

  // Without its script or its phrases the page is blank. It says why, and begins anew once the server is there.
  const missing = () => {
    if (document.documentElement.dataset.missing === undefined) {
      document.documentElement.dataset.missing = '';
      tryAgain();
    }
  };
  const tryAgain = () => setTimeout(async () => {
    const found = await fetch('./', { cache: 'no-store' }).catch(() => undefined);
    if (found?.ok) {
      location.reload();
    } else {
      tryAgain();
    }
  }, 2_000);
  addEventListener('missing', missing);
  addEventListener('error', ({ target }) => target instanceof HTMLScriptElement && missing(), true);
})();
