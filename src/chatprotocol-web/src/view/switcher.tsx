import { useEffect, useState } from 'preact/hooks';
import { current, directory, go, listRooms, ordered } from '../state/rooms.ts';
import { me } from '../state/session.ts';
import { ranked } from '../text/completion.ts';
import { t } from '../text/i18n.ts';
import { visibleName } from '../text/visible.ts';
import { isComposing } from './keys.ts';
import { Dialog, closeLayer } from './dialog.tsx';
import { Name } from './name.tsx';

interface Choice {
  readonly address: string;
  readonly name: string;
  readonly sigil: string;
  readonly hint: string;
}

/** Finds a room or a person, or makes a room. */
export function Switcher() {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  useEffect(() => void listRooms(), []);
  const choices = choicesFor(query.trim());
  const at = Math.min(chosen, choices.length - 1);
  const key = (event: KeyboardEvent): void => {
    if (isComposing(event)) {
      return;
    }
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && choices.length > 0) {
      setChosen((at + move + choices.length) % choices.length);
      event.preventDefault();
    } else if (event.key === 'Enter' && choices[at] !== undefined) {
      event.preventDefault();
      pick(choices[at]);
    }
  };
  return (
    <Dialog title={t('rooms.find')}>
      <input
        class="search" type="text" role="combobox" aria-expanded="true" aria-controls="choices" aria-label={t('rooms.find')}
        aria-autocomplete="list"
        aria-activedescendant={choices.length > 0 ? `choice-${at}` : undefined} placeholder={t('rooms.query')} dir="auto" spellcheck={false}
        autofocus onKeyDown={key}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <div class="choices" id="choices" role="listbox" aria-label={t('rooms')}>
        {choices.map((choice, i) => (
          <div role="option" id={`choice-${i}`} key={choice.address} aria-selected={i === at} onClick={() => pick(choice)}>
            <span class="sigil" aria-hidden="true">{choice.sigil}</span>
            <Name name={choice.name} />
            <span class="hint">{choice.hint}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function pick(choice: Choice): void {
  closeLayer();
  go(choice.address);
}

function choicesFor(query: string): Choice[] {
  const word = query.replace(/^[#@]/u, '');
  const own = ordered.value.map((room) => ({
    address: room.address, name: room.name.value, sigil: room.kind === 'private' ? '@' : '#',
    hint: room.unread.value > 0 ? t('rooms.unread', { n: room.unread.value }) : '',
  }));
  const known = new Set(own.map((choice) => choice.address));
  const others = directory.value.filter((item) => item.kind === 'public' && !known.has(item.address)).map((item) => ({
    address: item.address, name: item.name, sigil: '#', hint: t('people.count', { n: item.members }),
  }));
  const people = (current.value?.people.all.value ?? [])
    .filter(({ principal, name }) => principal !== me.value?.principal && !known.has(`@${name}`))
    .map(({ name }) => ({ address: `@${name}`, name, sigil: '@', hint: t('person') }));
  const all = [...own, ...others, ...people].filter((choice) => !query.startsWith('@') || choice.sigil === '@')
    .filter((choice) => !query.startsWith('#') || choice.sigil === '#');
  const found = word === '' ? all.slice(0, 50) : ranked(all, word, (choice) => choice.name, 50);
  return [...found, ...madeFrom(query, word, found)];
}

function madeFrom(query: string, word: string, found: readonly Choice[]): Choice[] {
  if (word === '' || /\s/u.test(word) || found.some((choice) => choice.name.toLowerCase() === word.toLowerCase())) {
    return [];
  }
  const name = visibleName(word);
  return query.startsWith('@')
    ? [{ address: `@${word}`, name: word, sigil: '@', hint: t('person.message', { name }) }]
    : [{ address: word, name: word, sigil: '#', hint: t('rooms.make') }];
}
