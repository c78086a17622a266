import type { CDPSession, Page } from 'playwright-core';

/** An input method such as Pinyin, as the page sees one: keys of code 229, a text that is not final, and then one that is. */
export class InputMethod {
  readonly #devtools: CDPSession;

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }

  static async of(tab: Page): Promise<InputMethod> {
    return new InputMethod(await tab.context().newCDPSession(tab));
  }

  /** Types letters one by one into the text that is not final. */
  async compose(letters: string): Promise<void> {
    for (let end = 1; end <= letters.length; end++) {
      await this.#key(`Key${(letters[end - 1] ?? '').toUpperCase()}`);
      await this.#devtools.send('Input.imeSetComposition', { text: letters.slice(0, end), selectionStart: end, selectionEnd: end });
    }
  }

  /** Presses Enter to choose a candidate, which becomes the text. */
  async choose(candidate: string): Promise<void> {
    await this.#key('Enter');
    await this.#devtools.send('Input.insertText', { text: candidate });
  }

  /** A key that the input method has taken: the page is told of it as one that is composing. */
  async #key(code: string): Promise<void> {
    const key = { windowsVirtualKeyCode: 229, code, key: 'Process' };
    await this.#devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
    await this.#devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }
}

/** Safari tells of the Enter that chose a candidate when composing is over, with nothing but its code to know it by. */
export function enterAfterComposing(tab: Page): Promise<boolean> {
  return tab.evaluate(() => {
    const event = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true } as KeyboardEventInit);
    return document.activeElement?.dispatchEvent(event) ?? false;
  });
}
