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
  const part = known ? '/src/view/inside.tsx' : '/src/view/login.tsx';
  for (const href of [phrases, part]) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }
})();
