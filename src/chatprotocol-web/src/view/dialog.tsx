import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { layer } from '../state/layers.ts';
import { t } from '../text/i18n.ts';
import { Icon } from './icons.tsx';

/** Closes what lies over the page. */
export function closeLayer(): void {
  layer.value = undefined;
}

/** A window over the page; the browser holds the focus in it, closes it by Escape and gives the focus back. */
export function Dialog({ title, children, wide = false }: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    const dialog = box.current as HTMLDialogElement;
    dialog.showModal();
    return () => {
      dialog.close();
      (opener?.isConnected === true ? opener : document.querySelector<HTMLElement>('.composer textarea'))?.focus();
    };
  }, []);
  return (
    <dialog
      class={wide ? 'dialog wide' : 'dialog'} ref={box} aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        closeLayer();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && closeLayer()}
    >
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon-button" aria-label={t('close')} onClick={closeLayer}><Icon name="close" /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
