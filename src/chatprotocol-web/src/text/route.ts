/** Where the page is, as the part of its address behind `#` says. */
export type Route =
  | { readonly at: 'start' }
  | { readonly at: 'room'; readonly address: string; readonly seq?: number }
  | { readonly at: 'invitation'; readonly code: string };

/** Reads the part behind `#`; what makes no sense leads to the start. */
export function routeOf(hash: string): Route {
  const parts = hash.replace(/^#\/?/u, '').split('/').map(decoded);
  const [first = '', second = ''] = parts;
  if (first === 'invitation' && /^chat_i_[A-Za-z0-9]+$/u.test(second)) {
    return { at: 'invitation', code: second };
  }
  if (first === '') {
    return { at: 'start' };
  }
  const seq = /^[1-9][0-9]{0,14}$/u.test(second) ? Number(second) : undefined;
  return { at: 'room', address: first, ...(seq !== undefined && { seq }) };
}

/** The part behind `#` that leads to a room, or to one of its messages. */
export function hashOf(address: string, seq?: number): string {
  const name = encodeURIComponent(address).replace(/%40/gu, '@');
  return seq === undefined ? `#/${name}` : `#/${name}/${seq}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
