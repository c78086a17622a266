import { after, afterEach } from 'node:test';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type ConsoleMessage, type Page } from 'playwright-core';

let browser: Promise<Browser> | undefined;

/** Debian's Chromium, one of each file of tests, closed with it. */
export function launched(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

/** The users of the test that runs. */
const users: User[] = [];

afterEach((context) => {
  const faults = users.splice(0).flatMap((user) => user.faults);
  if (faults.length === 0) return;
  const text = `The page has faults:\n${faults.join('\n')}`;
  if ((context as unknown as { passed: boolean }).passed) throw new Error(text);
  console.log(text); // The test has failed already, and this may be why.
});

after(async () => {
  await (await browser)?.close();
});

function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  // Names that end in .test lead to this machine; unlike its addresses they are no secure context.
  args.push('--host-resolver-rules=MAP *.test 127.0.0.1');
  return chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-back-forward-cache'], // Users have it.
    args,
  });
}

/** What a test may say of a browser's user. */
export interface UserOptions extends BrowserContextOptions {
  /** Faults that the test brings about, such as a connection that is refused. */
  expected?: RegExp[];
}

/**
 * A user's browser: tabs that share what is stored. The test fails if a tab says anything on its console that is a warning or an
 * error, as the reports of the content security policy are, raises an error, or asks another origin for anything.
 */
export class User implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly faults: string[] = [];
  readonly #expected: RegExp[];
  /** The first that was asked for anything. */
  #origin: string | undefined;

  private constructor(context: BrowserContext, expected: RegExp[]) {
    this.context = context;
    this.#expected = expected;
    context.on('console', (message) => this.#heard(message));
    context.on('weberror', (raised) => this.#fault(`raised ${raised.error().stack ?? raised.error().message}`));
    context.on('request', (request) => this.#asked(request.url()));
    context.on('page', (page) => page.on('websocket', (socket) => this.#asked(socket.url().replace(/^ws/, 'http'))));
  }

  static async start({ expected = [], ...options }: UserOptions = {}): Promise<User> {
    const context = await (await launched()).newContext({ locale: 'en-GB', colorScheme: 'light', viewport: { width: 1200, height: 800 }, ...options });
    await context.addInitScript(reportViolations);
    context.setDefaultTimeout(20_000);
    const user = new User(context, expected);
    users.push(user);
    return user;
  }

  /** A new tab. */
  tab(): Promise<Page> {
    return this.context.newPage();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }

  #heard(message: ConsoleMessage): void {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    this.#fault(`said on the console (${message.location().url}): ${message.text()}`);
  }

  #asked(url: string): void {
    const { origin, protocol } = new URL(url);
    if (!protocol.startsWith('http')) return; // It does not leave the browser.
    this.#origin ??= origin;
    if (origin !== this.#origin) this.#fault(`asked for ${url}`);
  }

  #fault(text: string): void {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.faults.push(text);
  }
}

/** Runs in the page. A violation that is only a report is said on the console as well. */
function reportViolations(): void {
  addEventListener('securitypolicyviolation', (event) => {
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
}
