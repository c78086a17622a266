import type { Login } from 'chatprotocol';
import { store, stored, unstore } from './storage.ts';

/**
 * The means to log in again that this origin keeps: a guest's secret, or a token made for this browser; never a password.
 * `outbox` names where unsent messages are, also after the name has changed.
 */
export type Credential =
  | Identity & { readonly kind: 'guest'; readonly secret: string }
  | Identity & { readonly kind: 'token'; readonly token: string; readonly number: number };

interface Identity {
  readonly name: string;
  readonly outbox: string;
  /** Known from the last login: with it the rooms are there before the server is. */
  readonly principal?: number;
}

/** The credential kept here, if there is one. */
export function keptCredential(): Credential | undefined {
  try {
    const value = JSON.parse(stored('credential') ?? 'null') as Credential | null;
    const whole = value?.kind === 'guest' ? /^[0-9a-f]{64}$/u.test(value.secret) : typeof value?.token === 'string';
    return value !== null && whole ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a credential in this origin. */
export function keepCredential(credential: Credential): void {
  store('credential', JSON.stringify(credential));
}

/** Forgets the credential; a guest's name is free for others a day later. */
export function forgetCredential(): void {
  unstore('credential');
}

/** How a kept credential logs in. */
export function loginOf(credential: Credential): Login {
  return credential.kind === 'guest'
    ? { kind: 'guest', name: credential.name, secret: bytesOf(credential.secret) }
    : { kind: 'token', token: credential.token };
}

/** Bytes as hex digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}
