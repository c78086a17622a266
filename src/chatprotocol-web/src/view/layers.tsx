import { useEffect } from 'preact/hooks';
import { later } from '../state/later.ts';
import { layer, menu } from '../state/layers.ts';
import { loadPhrases } from '../text/i18n.ts';

/** Menus, windows, completion and commands, which come after the first message is on the screen. */
export const second = later(async () => {
  const [parts] = await Promise.all([import('./second.ts'), loadPhrases('door', 'more')]);
  return parts;
});

/** The window and the menu over the page, if there are any. */
export function Layers() {
  const open = layer.value;
  const loaded = second.value;
  const wanted = open !== undefined || menu.value !== undefined;
  useEffect(() => {
    if (wanted) {
      void second.load();
    }
  }, [wanted]);
  if (loaded === undefined) {
    return null;
  }
  return (
    <>
      {open !== undefined && <loaded.Window key={open.show} open={open} />}
      <loaded.Menu />
    </>
  );
}
