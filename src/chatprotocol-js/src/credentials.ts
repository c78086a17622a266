import { utf8 } from './bytes.ts';
import type { Login } from './options.ts';

/** The part of a login that tells the user. */
export interface Credential {
  readonly name: string;
  readonly credential: number;
  readonly secret: Uint8Array;
}

/** A password as it goes over the wire. */
export const toPassword = (password: string) => utf8(password.normalize('NFC'));

/** The credential for a server, by its id. */
export async function credentialOf(login: Login, server: Uint8Array): Promise<Credential> {
  switch (login.kind) {
    case 'guest':
      return { name: login.name, credential: 0, secret: await hmacSha256(login.secret!, server) };
    case 'admin':
      return { name: 'admin', credential: 1, secret: new Uint8Array() };
    case 'token':
      return { name: 'token', credential: 4, secret: utf8(login.token.trim()) };
    default:
      return { name: login.name, credential: 3, secret: toPassword(login.password) };
  }
}

/** The guest's key for a server (CP-SES-007). A page without a secure context has no crypto.subtle, and loads its own. */
async function hmacSha256(secret: Uint8Array, server: Uint8Array): Promise<Uint8Array> {
  if (!crypto.subtle)
    return (await import('./sha256.ts')).hmacSha256(secret, server);
  const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, server as Uint8Array<ArrayBuffer>));
}
