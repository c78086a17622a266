import { effect } from '@preact/signals';
import { frames } from 'chatprotocol';
import { account, logins, theClient } from './session.ts';

/** Asks after each login whose account it is. */
export function watchAccount(): void {
  effect(() => {
    if (logins.value > 0) {
      void loadAccount();
    }
  });
}

async function loadAccount(): Promise<void> {
  try {
    account.value = await theClient().request(frames.account, {});
  } catch {
    account.value = undefined;
  }
}
