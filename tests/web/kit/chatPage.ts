import type { ElementHandle, Locator, Page } from 'playwright-core';
import type { Chatd } from './chatd.ts';
import type { User } from './chromium.ts';
import { eventually } from './eventually.ts';

/** The page in a tab, as a user has it: found by roles and names, in English unless the user's language is another. */
export class ChatPage {
  readonly tab: Page;

  constructor(tab: Page) {
    this.tab = tab;
  }

  /** Opens the page of a server in a new tab, without logging in. */
  static async open(user: User, chatd: Chatd, hash = ''): Promise<ChatPage> {
    const page = new ChatPage(await user.tab());
    await page.tab.goto(chatd.page + hash);
    return page;
  }

  /** Opens the page and logs in as a guest of this name. */
  static async enter(user: User, chatd: Chatd, name: string, hash = ''): Promise<ChatPage> {
    const page = await ChatPage.open(user, chatd, hash);
    await page.logIn(name);
    return page;
  }

  /** Where a message is written. */
  get composer(): Locator {
    return this.tab.getByRole('textbox', { name: /^(message|消息|在|发)/i });
  }

  /** What was said and is shown, oldest first. */
  get rows(): Locator {
    return this.tab.locator('li[data-key]');
  }

  /** What is said while there is no connection. */
  get away(): Locator {
    return this.tab.locator('.banner.away');
  }

  /** The one line that a screen reader is told. */
  get announcement(): Locator {
    return this.tab.locator('[aria-live=polite]');
  }

  get timeline(): Locator {
    return this.tab.locator('.timeline');
  }

  get dialog(): Locator {
    return this.tab.getByRole('dialog');
  }

  /** Rows with this text. */
  said(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  /** Opens the page by way of a proxy before the server, and logs in. */
  static async enterBy(user: User, port: number, name: string): Promise<ChatPage> {
    const page = new ChatPage(await user.tab());
    await page.tab.goto(`http://127.0.0.1:${port}/`);
    await page.logIn(name);
    return page;
  }

  async logIn(name: string): Promise<void> {
    await this.beginLogIn(name);
    await this.timeline.waitFor(); // Until then the room is being joined.
  }

  /** Logs in without waiting for what comes of it. */
  async beginLogIn(name: string): Promise<void> {
    const field = this.tab.locator('input[name=name]');
    await field.fill(name);
    await field.press('Enter');
  }

  /** Logs in another way than as a guest, by the name of the way where it is not shown already. */
  async fillLogin(way: string | undefined, fields: Record<string, string>): Promise<void> {
    if (way !== undefined) await this.tab.getByRole('button', { name: way }).click();
    for (const [name, value] of Object.entries(fields)) await this.tab.locator(`input[name=${name}]`).fill(value);
    await this.tab.locator('form button[type=submit]').click();
  }

  async logOut(): Promise<void> {
    await this.tab.locator('.self button').click();
    await this.tab.getByRole('menuitem', { name: 'Log out' }).click();
  }

  /** Does what a message's menu offers. */
  async act(message: string, item: string | RegExp): Promise<void> {
    const row = this.said(message).first();
    await row.hover();
    await row.getByRole('button', { name: /what to do/i }).click();
    await this.tab.getByRole('menuitem', { name: item }).click();
  }

  /** Says yes to what is asked, with a reason where one is asked for. */
  async confirm(action: string, reason?: string): Promise<void> {
    if (reason !== undefined) await this.dialog.locator('input[name=reason]').fill(reason);
    await this.dialog.getByRole('button', { name: action }).click();
  }

  /** Waits until the page knows that it has no connection. */
  isOffline(): Promise<void> {
    return this.away.waitFor();
  }

  isOnline(): Promise<void> {
    return this.away.waitFor({ state: 'detached', timeout: 20_000 });
  }

  /** Has the page look whether its connection is alive, as when the tab is looked at again. */
  async probe(): Promise<void> {
    await this.tab.evaluate(() => window.dispatchEvent(new Event('online')));
  }

  /** How far an own message has come: waiting, sent, stored or refused. */
  async stateOf(text: string): Promise<string | undefined> {
    const classes = (await this.said(text).last().getAttribute('class'))?.split(' ') ?? [];
    return ['waiting', 'sent', 'stored', 'refused'].find((state) => classes.includes(state));
  }

  /** Waits until an own message is stored. */
  async stored(text: string, milliseconds?: number): Promise<void> {
    await eventually(async () => (await this.stateOf(text)) === 'stored', async () => `for '${text}' to be stored; it is ${await this.stateOf(text)} among ${JSON.stringify((await this.texts()).slice(-10))}`, milliseconds);
  }

  /** Writes a message and sends it by Enter. */
  async say(text: string): Promise<void> {
    await this.timeline.waitFor();
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits until a row has this text, and gives it. */
  async shows(text: string): Promise<Locator> {
    const row = this.said(text).first();
    await row.waitFor();
    return row;
  }

  /** The texts of all rows, without names and times. */
  texts(): Promise<string[]> {
    return this.tab.locator('li[data-key] .text').allInnerTexts();
  }

  /** Goes to a room by its place in the address. */
  async goTo(room: string): Promise<void> {
    await this.tab.evaluate((hash) => (location.hash = hash), `#/${room}`);
  }

  /** A room in the list of rooms. */
  roomLink(name: string): Locator {
    return this.tab.getByRole('navigation').getByRole('link', { name: new RegExp(`(^|\\W)${name}(\\W|$)`) });
  }

  /** Waits until a room is said to have so many messages that were not read; those that name the user go before others. */
  async unread(room: string, count: number): Promise<void> {
    const shown = async (): Promise<string> => (await this.roomLink(room).locator('.count').allInnerTexts())[0] ?? '0';
    await eventually(async () => (await shown()).replace('@', '') === String(count), async () => `for ${count} unread in ${room}; there are ${await shown()}`);
  }

  async openSettings(): Promise<void> {
    await this.#openOwn(0);
  }

  async openAccount(): Promise<void> {
    await this.#openOwn(1);
  }

  async openHelp(): Promise<void> {
    await this.tab.evaluate(() => (document.activeElement as HTMLElement).blur());
    await this.tab.keyboard.press('?');
    await this.dialog.waitFor();
  }

  /** Opens the menu of the last message. */
  async openMenu(): Promise<void> {
    await this.rows.last().hover();
    await this.rows.last().getByRole('button').click();
    await this.tab.getByRole('menu').waitFor();
  }

  /** Opens something of the menu at the user's own name. */
  async #openOwn(item: number): Promise<void> {
    await this.tab.locator('.self button').click();
    await this.tab.getByRole('menuitem').nth(item).click();
    await this.dialog.waitFor();
  }

  /** A row in the middle of what is in view. */
  async rowInView(): Promise<ElementHandle<HTMLElement>> {
    const handle = await this.timeline.evaluateHandle((box) => {
      const { top, height } = box.getBoundingClientRect();
      return [...box.querySelectorAll<HTMLElement>('li[data-seq]')].find((row) => row.getBoundingClientRect().bottom > top + height / 2);
    });
    return handle as ElementHandle<HTMLElement>;
  }

  /** Whether the end of the room is in view. */
  isAtEnd(): Promise<boolean> {
    return this.timeline.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 30);
  }

  /** The seq of the first row that the page has. */
  firstSeq(): Promise<number> {
    return this.tab.locator('li[data-seq]').first().evaluate((row) => Number((row as HTMLElement).dataset.seq));
  }

  /**
   * Scrolls up until older rows come, and tells by how many pixels the first row in view was moved by them, at most, in any frame.
   */
  scrollUp(toTheVeryTop: boolean): Promise<number> {
    return this.timeline.evaluate(async (box, top) => {
      const rows = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>('li[data-seq]')];
      const before = rows()[0];
      box.scrollTop = top ? 0 : 1;
      const { top: edge } = box.getBoundingClientRect();
      const watched = rows().find((row) => row.getBoundingClientRect().bottom > edge);
      const place = watched?.getBoundingClientRect().top ?? 0;
      let moved = 0;
      for (let frame = 0; frame < 600; frame++) {
        await new Promise(requestAnimationFrame);
        if (watched?.isConnected) moved = Math.max(moved, Math.abs(watched.getBoundingClientRect().top - place));
        if (rows()[0] !== before && frame > 10) break;
      }
      return rows()[0] === before ? NaN : moved;
    }, toTheVeryTop);
  }

  isInView(row: Locator): Promise<boolean> {
    return row.evaluate((element) => {
      const box = element.closest('.timeline')?.getBoundingClientRect();
      const { top, bottom } = element.getBoundingClientRect();
      return box !== undefined && top >= box.top && bottom <= box.bottom;
    });
  }

  /** Whether nothing is wider than the window. */
  fitsTheScreen(): Promise<boolean> {
    return this.tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  }
}
