import { utf8 } from './bytes.ts';
import { toPassword } from './credentials.ts';
import type { ChatError } from './errors.ts';
import { register as registerType } from './generated/accounts-requests.ts';
import type { Link } from './link.ts';
import type { Login } from './options.ts';

/** Makes an account and logs in by it, over however many connections that takes: a login tells whether the account is there. */
export class Registration {
  /** A register whose outcome nobody knows. */
  #mayBeRegistered = false;

  async run(link: Link, login: Login & { kind: 'register' }, logIn: () => Promise<void>): Promise<void> {
    if (!this.#mayBeRegistered)
      await this.#register(link, login);
    try {
      await logIn();
    } catch (fault) {
      if ((fault as ChatError).code !== 'login-failed')
        throw fault;
      await this.#register(link, login);
      await logIn();
    }
  }

  async #register(link: Link, { name, password, invitation }: Login & { kind: 'register' }): Promise<void> {
    this.#mayBeRegistered = true;
    try {
      await link.ask(registerType, { name, password: toPassword(password), invitation: invitation === undefined ? null : utf8(invitation.trim()) });
    } catch (fault) {
      this.#mayBeRegistered = (fault as ChatError).outcome === 'unknown';
      throw fault;
    }
  }
}
