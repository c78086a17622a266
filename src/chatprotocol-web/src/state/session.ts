import { batch, signal } from '@preact/signals';
import { ChatClient, IndexedDbOutbox } from 'chatprotocol';
import type { ChatError, ClientState, Login, Me, Post, User } from 'chatprotocol';
import { forgetCredential, keepCredential, keptCredential, loginOf } from './credential.ts';
import type { Credential } from './credential.ts';

/** Whether somebody is logged in here: `in` also while the connection is away. */
export const phase = signal<'out' | 'entering' | 'in'>('out');
/** The connection, for the status line. */
export const connection = signal<{ readonly state: ClientState; readonly error?: ChatError | undefined }>({ state: 'offline' });
/** When the next attempt to connect is made, by this machine's clock. */
export const retryAt = signal<number | undefined>(undefined);
/** Why nobody is logged in, where there is something to say. */
export const loginError = signal<ChatError | undefined>(undefined);
export const me = signal<Me | undefined>(undefined);
/** The account of the one who is logged in; undefined for a guest. */
export const account = signal<{ readonly name: string; readonly role: number; readonly tokens: number } | undefined>(undefined);
/** The server's words to this session. */
export const notice = signal<{ readonly time: number; readonly text: string } | undefined>(undefined);
/** Why unsent messages would be lost with the page, where that is so. */
export const outboxVolatile = signal<string | undefined>(undefined);
/** Counts logins, so that others can ask things again after each. */
export const logins = signal(0);

/** Posts of an earlier page, which may be stored before anybody inside hears of them. */
export const recoveredPosts = new Set<Post>();

let client: ChatClient | undefined;
let credential: Credential | undefined;
let insideOf: Inside | undefined;

/** The client of the one who is logged in. */
export function theClient(): ChatClient {
  if (client === undefined) {
    throw new Error('nobody is logged in');
  }
  return client;
}

/** Everything that begins with a user and ends with it: the rooms, which come in a file of their own. */
export interface Inside {
  start(client: ChatClient, self: () => User): void;
  end(): void;
}

/** Begins what there is for a user, now if one is known, and with every other one. */
export function inside(rooms: Inside): void {
  insideOf = rooms;
  startInside();
}

/** Logs in with what this origin keeps, if it keeps something. */
export function resume(): void {
  const kept = keptCredential();
  if (kept !== undefined) {
    credential = kept;
    if (kept.principal !== undefined) {
      me.value = { principal: kept.principal, name: kept.name, session: 0 };
    }
    adopt(ChatClient.start(optionsOf(loginOf(kept), kept.outbox)));
  }
}

/** Goes on as a user who has just logged in; a credential is kept in this origin. */
export function takeOver(entered: ChatClient, kept: Credential | undefined): void {
  credential = kept;
  if (kept !== undefined) {
    keepCredential(kept);
  }
  adopt(entered);
}

/** Ends being a user here, and gives what that was; the client is the caller's to close. */
export function drop(): { readonly client: ChatClient | undefined; readonly credential: Credential | undefined } {
  const dropped = { client, credential };
  batch(() => {
    client = undefined;
    recoveredPosts.clear();
    credential = undefined;
    me.value = undefined;
    account.value = undefined;
    phase.value = 'out';
    connection.value = { state: 'offline' };
    insideOf?.end();
  });
  return dropped;
}

/** How to connect to the server of this page. */
export function optionsOf(login: Login, outbox?: string): Parameters<typeof ChatClient.start>[0] {
  return {
    address: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    login,
    agent: 'chat web',
    ...(outbox !== undefined && { outbox: new IndexedDbOutbox(`chat.${outbox}`) }),
  };
}

/** Looks whether the connection is alive, as after sleep, and tries again at once where it is not. */
export function checkConnection(): void {
  if (client?.state === 'online') {
    void client.probe().catch(() => undefined);
  } else if (client?.state === 'offline') {
    client.reconnectNow();
  }
}

/**
 * Goes offline as the page is put away, until `checkConnection`; for good where it will not come back, so that what it has not
 * sent is another tab's at once.
 */
export function putAway(mayComeBack: boolean): void {
  if (mayComeBack) {
    client?.suspend();
    return;
  }
  const ending = client;
  client = undefined;
  void ending?.close();
}

function adopt(entered: ChatClient): void {
  client = entered;
  phase.value = 'in';
  startInside();
  entered.on('state', ({ state, error }) => {
    if (client === entered) {
      stateChanged(state, error);
    }
  });
  entered.on('reconnect', ({ delay, error }) => {
    retryAt.value = Date.now() + delay;
    connection.value = { state: 'offline', error };
  });
  entered.on('post', ({ post }) => void (post.recovered && recoveredPosts.add(post)));
  entered.on('logged-in', loggedIn);
  entered.on('volatile', ({ why }) => {
    outboxVolatile.value = why;
  });
  entered.on('renamed', ({ name }) => renamed(name));
  entered.on('notice', (said) => {
    notice.value = said;
  });
  stateChanged(entered.state, entered.error);
  if (entered.me !== undefined) {
    loggedIn(entered.me);
  }
}

function loggedIn(user: Me): void {
  const other = me.value?.principal !== user.principal;
  batch(() => {
    me.value = user;
    logins.value++;
    retryAt.value = undefined;
  });
  if (credential !== undefined && (credential.principal !== user.principal || credential.name !== user.name)) {
    credential = { ...credential, principal: user.principal, name: user.name };
    keepCredential(credential);
  }
  if (other) {
    insideOf?.end();
    startInside();
  }
  outboxVolatile.value = theClient().volatile;
}

function startInside(): void {
  if (client !== undefined && me.value !== undefined) {
    insideOf?.start(client, self);
  }
}

function self(): Me {
  return me.value ?? { principal: 0, name: '', session: 0 };
}

function renamed(name: string): void {
  if (me.value !== undefined) {
    me.value = { ...me.value, name };
  }
  // The new name leads to the user from now on, so it is what comes back.
  if (credential !== undefined) {
    credential = { ...credential, name };
    keepCredential(credential);
  }
}

function stateChanged(state: ClientState, error: ChatError | undefined): void {
  if (state !== 'closed') {
    connection.value = { state, error };
    return;
  }
  if (error?.code === 'login-failed' && credential?.kind === 'token') {
    forgetCredential();
  }
  drop();
  loginError.value = error;
}
