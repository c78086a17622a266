import { later } from '../state/later.ts';
import type { RoomState } from '../state/room.ts';
import { rooms } from '../state/rooms.ts';
import { commands } from '../text/commands.ts';
import { emojiProposals, nameProposals, ranked } from '../text/completion.ts';
import type { OpenWord, Proposal } from '../text/completion.ts';
import { t } from '../text/i18n.ts';
import { visibleName } from '../text/visible.ts';

const emoji = later(() => import('../text/emoji.ts'));

/** Proposals for the word that is being written. */
export function Completion({ proposals, chosen, choose }: {
  readonly proposals: readonly Proposal[];
  readonly chosen: number;
  readonly choose: (proposal: Proposal) => void;
}) {
  return (
    <div class="completion" id="completion" role="listbox" aria-label={t('completion')}>
      {proposals.map((proposal, i) => (
        <div
          role="option" id={`completion-${i}`} aria-selected={i === chosen} key={proposal.label}
          onPointerDown={(event) => {
            event.preventDefault();
            choose(proposal);
          }}
        >
          {proposal.mark !== undefined && <span class="mark">{proposal.mark}</span>}
          <bdi>{visibleName(proposal.label)}</bdi>
          {proposal.hint !== undefined && <span class="hint">{proposal.hint}</span>}
        </div>
      ))}
    </div>
  );
}

/** Everything that the word could become. */
export function proposalsFor(room: RoomState, word: OpenWord): readonly Proposal[] {
  if (word.kind === 'emoji') {
    emoji.load();
    return emoji.value === undefined ? [] : emojiProposals(word.query, emoji.value.emojiNames());
  }
  if (word.kind === 'name') {
    return nameProposals(word.query, namesNear(room));
  }
  return ranked(commands, word.query, (command) => command.name, commands.length).map((command) => ({
    insert: `/${command.name}${command.words === '' ? '' : ' '}`,
    label: `/${command.name}${command.words === '' ? '' : ` ${t(`command.words.${command.words as 'name'}`)}`}`,
    hint: t(`command.${command.name}`),
  }));
}

/** The text and the caret with an emoji in place of its whole `:name:` before the caret, if that is one. */
export function emojiBefore(text: string, caret: number): { readonly text: string; readonly caret: number } | undefined {
  const name = /:([a-z0-9_+-]+):$/u.exec(text.slice(0, caret))?.[1];
  const found = name === undefined ? undefined : emoji.value?.emojiNames().get(name);
  const start = caret - (name?.length ?? 0) - 2;
  return found === undefined ? undefined : { text: text.slice(0, start) + found + text.slice(caret), caret: start + found.length };
}

/** Names of those who spoke last, then of those who are there, then of conversations. */
function* namesNear(room: RoomState): Iterable<string> {
  for (let i = room.timeline.rows.length - 1; i >= 0; i--) {
    const row = room.timeline.rows[i];
    if (row !== undefined && row.from >= 16 && row.name !== '') {
      yield row.name;
    }
  }
  for (const person of room.people.all.value) {
    yield person.name;
  }
  for (const other of rooms.value) {
    if (other.kind === 'private') {
      yield other.name.value;
    }
  }
}
