// Characters that turn or hide the text around them: bidi controls, zero-width characters, line separators.
const hidden = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]/gu;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/gu;

/** A name in which every control and invisible character can be seen. */
export function visibleName(name: string): string {
  return name
    .replace(/[\t\n]/gu, ' ')
    .replace(controls, controlPicture)
    .replace(hidden, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** A text in which control characters are pictures; line breaks and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(controls, controlPicture);
}

function controlPicture(c: string): string {
  const code = c.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/** The first character of a name as people see it, in capitals where it has them. */
export function initialOf(name: string): string {
  const first = new Intl.Segmenter().segment(name)[Symbol.iterator]().next().value?.segment ?? '?';
  return first.toUpperCase();
}
