/** A word being typed for which there are proposals; `start` is where it begins in the text. */
export interface OpenWord {
  readonly kind: 'emoji' | 'name' | 'command';
  readonly start: number;
  readonly query: string;
}

/** A choice for the open word: `insert` takes its place. */
export interface Proposal {
  readonly insert: string;
  readonly label: string;
  /** Shown before the label, such as the emoji itself. */
  readonly mark?: string;
  readonly hint?: string;
}

/** The word before the caret for which there can be proposals, if there is one. */
export function openWordAt(text: string, caret: number): OpenWord | undefined {
  const before = text.slice(0, caret);
  const command = /^\/([a-z]*)$/u.exec(before);
  if (command) {
    return { kind: 'command', start: 0, query: command[1] as string };
  }
  const name = /(?:^|[^\w@])@([^\s:#%@]{0,64})$/u.exec(before);
  if (name) {
    return { kind: 'name', start: caret - (name[1] as string).length - 1, query: name[1] as string };
  }
  const emoji = /(?:^|[^\w:]):([a-z0-9_+-]{2,30})$/u.exec(before);
  if (emoji) {
    return { kind: 'emoji', start: caret - (emoji[1] as string).length - 1, query: emoji[1] as string };
  }
  return undefined;
}

const most = 8;

/** Proposals for an emoji's name out of a table by name: those that begin with the query first. */
export function emojiProposals(query: string, table: ReadonlyMap<string, string>): Proposal[] {
  return ranked([...table], query, ([name]) => name).map(([name, emoji]) => ({
    insert: emoji,
    label: `:${name}:`,
    mark: emoji,
  }));
}

/** Proposals for a person's name. */
export function nameProposals(query: string, names: Iterable<string>): Proposal[] {
  return ranked([...new Set(names)], query, (name) => name).map((name) => ({ insert: `@${name} `, label: name }));
}

/** Items whose word begins with or else contains the query, at most eight. */
export function ranked<T>(items: readonly T[], query: string, wordOf: (item: T) => string, limit = most): T[] {
  const wanted = query.toLowerCase();
  const beginning: T[] = [];
  const containing: T[] = [];
  for (const item of items) {
    const at = wordOf(item).toLowerCase().indexOf(wanted);
    if (at === 0) {
      beginning.push(item);
    } else if (at > 0) {
      containing.push(item);
    }
  }
  return [...beginning, ...containing].slice(0, limit);
}

/** A text and a caret in which the open word is replaced. */
export function complete(text: string, caret: number, word: OpenWord, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, word.start) + insert + text.slice(caret), caret: word.start + insert.length };
}
