/** A piece of a message: plain text, or a link that may be followed. */
export interface TextPiece {
  readonly text: string;
  /** Set where the piece is a link: an absolute http, https or mailto address. */
  readonly href?: string;
}

// A link ends at white space, quotes, brackets, bidi controls and the punctuation of Chinese and Japanese.
const candidate =
  /(?:https?:\/\/|mailto:)[^\s<>"'`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65]+/giu;
const protocols = new Set(['http:', 'https:', 'mailto:']);

/** Splits a text into plain pieces and links; joined again, the plain text is unchanged. */
export function piecesOf(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const typed = withoutTrailingPunctuation(match[0]);
    const link = linkOf(typed);
    if (link === undefined || /[\p{L}\p{N}]$/u.test(text.slice(end, match.index)) && /^mailto/iu.test(typed)) {
      continue;
    }
    if (match.index > end) {
      pieces.push({ text: text.slice(end, match.index) });
    }
    pieces.push(link);
    end = match.index + typed.length;
  }
  if (end < text.length) {
    pieces.push({ text: text.slice(end) });
  }
  return pieces;
}

function linkOf(typed: string): TextPiece | undefined {
  let url: URL;
  try {
    url = new URL(typed);
  } catch {
    return undefined;
  }
  const named = url.protocol === 'mailto:' ? url.pathname.includes('@') : url.hostname !== '';
  if (!protocols.has(url.protocol) || !named || url.username !== '' || url.password !== '') {
    return undefined;
  }
  // A host of other scripts is shown as it is looked up, so that it cannot pass for one of Latin letters.
  const shown = /^[\x21-\x7e]*$/u.test(hostTyped(typed)) ? typed : url.href;
  return { text: shown, href: url.href };
}

function hostTyped(typed: string): string {
  return /^[a-z]+:\/*([^/?#]*)/iu.exec(typed)?.[1] ?? typed;
}

function withoutTrailingPunctuation(link: string): string {
  let end = link.length;
  while (end > 0) {
    const last = link[end - 1] as string;
    const open = last === ')' ? '(' : last === ']' ? '[' : undefined;
    const unmatched = open !== undefined && count(link, last, end) > count(link, open, end);
    if (!unmatched && !'.,;:!?*_~|'.includes(last)) {
      break;
    }
    end--;
  }
  return link.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let i = 0; i < end; i++) {
    found += text[i] === character ? 1 : 0;
  }
  return found;
}
