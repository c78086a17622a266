const letter = /[\p{L}\p{N}_]/u;
// Scripts that put no space between words: a name in them needs none around it either.
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Where `name` is mentioned in a text, as [start, end) pairs: with `@` before it, or as a word of its own. */
export function mentionsOf(text: string, name: string): [number, number][] {
  const found: [number, number][] = [];
  const wanted = name.toLowerCase();
  const lower = text.toLowerCase();
  // A text whose small letters have another length cannot be searched by index; that is rare, and no mention.
  if (wanted === '' || lower.length !== text.length) {
    return found;
  }
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    const addressed = text[at - 1] === '@';
    if (endsWord(text, end) && (addressed || startsWord(text, at))) {
      found.push([addressed ? at - 1 : at, end]);
    }
  }
  return found;
}

function startsWord(text: string, at: number): boolean {
  const before = [...text.slice(Math.max(0, at - 2), at)].pop() ?? ' ';
  return !letter.test(before) || isSpaceless(text, at, before);
}

function endsWord(text: string, end: number): boolean {
  const after = String.fromCodePoint(text.codePointAt(end) ?? 32);
  const last = [...text.slice(Math.max(0, end - 2), end)].pop() ?? ' ';
  return !letter.test(after) || spaceless.test(after) !== spaceless.test(last) || spaceless.test(last);
}

function isSpaceless(text: string, at: number, before: string): boolean {
  const first = String.fromCodePoint(text.codePointAt(at) ?? 32);
  return spaceless.test(first) || spaceless.test(before);
}
