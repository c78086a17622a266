import { join } from 'node:path';
import type { Chatd } from './chatd.ts';
import { eventually } from './eventually.ts';
import { programOf, runToEnd } from './program.ts';

/** A terminal with the client `chat` in it, and somebody who types. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts chat as a user of this name, and waits until it may be typed at. */
  static async start(chatd: Chatd, name: string): Promise<Terminal> {
    const terminal = new Terminal(join(chatd.folder, `tmux-${name}`));
    const environment = { XDG_CONFIG_HOME: join(chatd.folder, name), TMUX: '', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    await terminal.#tmux(['new-session', '-d', '-x', '120', '-y', '40', programOf('chat'), '--name', name, '--server', chatd.address], environment);
    await terminal.shows(`you are ${name}`);
    return terminal;
  }

  /** Types a line and Enter. */
  async say(line: string): Promise<void> {
    await this.#tmux(['send-keys', '-l', '--', line]);
    await this.#tmux(['send-keys', 'Enter']);
  }

  /** What is and was on the screen; lines that were too long for it are whole again. */
  screen(): Promise<string> {
    return this.#tmux(['capture-pane', '-p', '-J', '-S', '-']);
  }

  /** Waits until it shows this. */
  async shows(text: string): Promise<void> {
    let screen = '';
    await eventually(async () => (screen = await this.screen()).includes(text), () => `for '${text}' on the terminal:\n${screen}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(['kill-server']).catch(() => {}); // It has ended by itself.
  }

  #tmux(command: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    return runToEnd('tmux', ['-u', '-S', this.#socket, '-f', '/dev/null', ...command], environment);
  }
}
