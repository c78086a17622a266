import { useLayoutEffect, useRef } from 'preact/hooks';
import { menu } from '../state/layers.ts';
import type { OpenMenu } from '../state/layers.ts';
import { isComposing } from './keys.ts';

/** The menu that is open, if one is. */
export function Menu() {
  const open = menu.value;
  return open === undefined || open.items.length === 0 ? null : <MenuBox key={`${open.x} ${open.y}`} open={open} />;
}

function MenuBox({ open }: { readonly open: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current as HTMLDivElement;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(open.x, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(open.y, innerHeight - height - 8))}px`;
    element.querySelector('button')?.focus();
    const outside = (event: Event): void => {
      if (!element.contains(event.target as Node)) {
        close(open, false);
      }
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, [open]);
  return (
    <div class={open.across === true ? 'menu across' : 'menu'} role="menu" aria-label={open.label} ref={box} onKeyDown={(event) => menuKey(event, open)}>
      {open.items.map((item) => (
        <button
          type="button" role="menuitem" tabIndex={-1} class={item.grave === true ? 'grave' : ''}
          onClick={() => {
            close(open, true);
            item.act();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

function menuKey(event: KeyboardEvent, open: OpenMenu): void {
  if (isComposing(event)) {
    return;
  }
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) {
    buttons.at(to % buttons.length)?.focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    close(open, true);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function close(open: OpenMenu, focus: boolean): void {
  if (menu.value === open) {
    menu.value = undefined;
  }
  if (focus && open.opener?.isConnected === true) {
    open.opener.focus();
  }
}
