import { batch } from '@preact/signals';
import { ChatClient, frames } from 'chatprotocol';
import type { ChatError, Login } from 'chatprotocol';
import { forgetCredential, hexOf, keptCredential, loginOf } from './credential.ts';
import type { Credential } from './credential.ts';
import { route } from './place.ts';
import { drop, loginError, me, optionsOf, phase, takeOver, theClient } from './session.ts';

interface Entered {
  readonly client: ChatClient;
  /** The credential to be kept, if one is. */
  readonly credential?: Credential;
}

/** Whether a password may be sent: over TLS, or to this machine itself. */
export const confidential = location.protocol === 'https:' || isLoopback(location.hostname);
/** Whether the server is this machine, where guests are let in by default. */
export const onLoopback = isLoopback(location.hostname);

/** Logs in as a guest; the secret that makes the name one's own is kept in this origin. */
export function enterAsGuest(name: string): Promise<void> {
  return enter(async () => {
    const kept = keptCredential();
    const secret = kept?.kind === 'guest' ? kept.secret : hexOf(crypto.getRandomValues(new Uint8Array(32)));
    // Another name of the same secret is another user.
    const outbox = kept?.name === name ? kept.outbox : `guest.${name}`;
    const entering: Credential = { kind: 'guest', name, secret, outbox };
    const client = await ChatClient.connect(optionsOf(loginOf(entering), outbox));
    return { client, credential: { ...entering, name: client.me?.name ?? name } };
  });
}

/** Logs in by password. Kept is a token made for this browser alone, never the password. */
export function enterByPassword(name: string, password: string, keep: boolean): Promise<void> {
  return enter(() => byAccount({ kind: 'password', name, password: password.normalize('NFC') }, name, keep));
}

/** Makes an account by an invitation, or where everybody may, and logs in. */
export function enterByInvitation(name: string, password: string, invitation: string, keep: boolean): Promise<void> {
  const login: Login = {
    kind: 'register', name, password: password.normalize('NFC'), ...(invitation !== '' && { invitation }),
  };
  return enter(() => byAccount(login, name, keep));
}

/** Logs in by a token made elsewhere. */
export function enterByToken(token: string, keep: boolean): Promise<void> {
  return enter(async () => {
    const outbox = `token.${token.slice(-6)}`;
    const client = await ChatClient.connect(optionsOf({ kind: 'token', token }, outbox));
    return keep ? { client, credential: { kind: 'token', name: client.me?.name ?? '', outbox, token, number: 0 } } : { client };
  });
}

/** Makes an account of the guest who is logged in, and logs in by it; the guest's key leads nowhere from then on. */
export async function becomeAccount(password: string, invitation: string): Promise<void> {
  const name = me.value?.name ?? '';
  const guest = theClient();
  await guest.request(frames.register, {
    name, password: secretOf(password), ...(invitation !== '' && { invitation: secretOf(invitation) }),
  });
  drop();
  forgetCredential();
  await guest.close();
  await enterByPassword(name, password, true);
}

/** A password or a code as the protocol has it. */
export function secretOf(text: string): Uint8Array {
  return new TextEncoder().encode(text.normalize('NFC'));
}

/** Logs out: the token of this browser is revoked, a guest's key stays for coming back under the same name. */
export async function logOut(forget: boolean): Promise<void> {
  const { client: leaving, credential: left } = drop();
  if (left?.kind === 'token' || forget) {
    forgetCredential();
  }
  try {
    if (left?.kind === 'token' && left.number > 0 && leaving?.state === 'online') {
      await leaving.request(frames.revokeToken, { token: left.number });
    }
  } catch {
    // The revocation ends the session that asks for it; a token that stays ends by itself.
  }
  await leaving?.close();
}

/** Does something that takes the account's password, by a connection of its own. */
export async function withPassword<T>(password: string, work: (client: ChatClient) => Promise<T>): Promise<T> {
  const name = me.value?.name ?? '';
  const other = await ChatClient.connect({
    ...optionsOf({ kind: 'password', name, password: password.normalize('NFC') }), inbox: false,
  });
  try {
    return await work(other);
  } finally {
    void other.close();
  }
}

async function enter(connect: () => Promise<Entered>): Promise<void> {
  phase.value = 'entering';
  loginError.value = undefined;
  try {
    const { client, credential } = await connect();
    takeOver(client, credential);
    if (route.value.at === 'invitation') {
      // It is used: the page goes on as any other.
      location.replace('#/');
    }
  } catch (error) {
    batch(() => {
      phase.value = 'out';
      loginError.value = error as ChatError;
    });
  }
}

async function byAccount(login: Login, name: string, keep: boolean): Promise<Entered> {
  const outbox = `account.${name}`;
  const entered = await ChatClient.connect(optionsOf(login, outbox));
  if (!keep) {
    return { client: entered };
  }
  const made = await entered.request(frames.createToken, {
    label: `web ${new Date().toISOString().slice(0, 10)}`, scopes: browserScopes, rooms: [],
  });
  const token = new TextDecoder().decode(made.secret);
  const credential: Credential = { kind: 'token', name: entered.me?.name ?? name, outbox, token, number: made.token };
  await entered.close();
  return { client: await ChatClient.connect(optionsOf({ kind: 'token', token }, outbox)), credential };
}

// Read, post, moderate and profile: what the page does without asking for the password again.
const browserScopes = 1 | 2 | 8 | 128;

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.endsWith('.localhost') || /^127(?:\.\d+){3}$/u.test(host);
}
