import type { Item } from '../state/layout.ts';
import type { Row } from '../state/timeline.ts';
import { current } from '../state/rooms.ts';
import { me } from '../state/session.ts';
import { clockOf, momentOf, t } from '../text/i18n.ts';
import { piecesOf } from '../text/links.ts';
import { mentionsOf } from '../text/mentions.ts';
import { sentenceOfCode } from '../text/refusals.ts';
import { initialOf, visibleName, visibleText } from '../text/visible.ts';
import { editAgain } from './composer-bridge.ts';
import { Icon } from './icons.tsx';
import { Name, hueOf } from './name.tsx';

/** One line of a room. */
export function RowView({ item }: { readonly item: Item }) {
  const { row, continues, firstUnread } = item;
  const self = me.value;
  const mentioned = row.kind === 'said' && row.from !== self?.principal && self !== undefined
    && mentionsOf(row.text, self.name).length > 0;
  const kinds = [
    'row', row.kind, continues ? 'continues' : '', row.own ?? '', mentioned ? 'mentioned' : '', row.from < 16 ? 'server' : '',
  ];
  return (
    <li class={kinds.filter(Boolean).join(' ')} tabIndex={-1} data-key={row.key} data-seq={row.seq === Infinity ? undefined : row.seq}>
      {firstUnread && <div class="new-line"><span>{t('timeline.unread')}</span></div>}
      {row.kind === 'gap' ? <Gap row={row} /> : row.kind === 'change' ? <Change row={row} /> : <Said row={row} continues={continues} />}
    </li>
  );
}

function Said({ row, continues }: { readonly row: Row; readonly continues: boolean }) {
  return (
    <>
      {continues
        ? <time class="aside" dateTime={new Date(row.time).toISOString()} title={momentOf(row.time)}>{clockOf(row.time)}</time>
        : <span class={`avatar ${hueOf(row.from)}`} aria-hidden="true">{initialOf(row.name)}</span>}
      <div class="body">
        <div class={continues ? 'by unseen' : 'by'}>
          <span class={`who ${hueOf(row.from)}`}><Name name={row.name} /></span>
          {row.from < 16 && <span class="badge">{t('server')}</span>}
          {' '}<time dateTime={new Date(row.time).toISOString()} title={momentOf(row.time)}>{clockOf(row.time)}</time>
        </div>
        {row.said?.reply && <button type="button" class="quote" tabIndex={-1} data-to={row.said.reply}>{answered(row)}</button>}
        {row.text === ''
          ? <div class="text erased">{t('erased')}</div>
          : (
            <div class={row.said?.action ? 'text action' : 'text'} dir="auto">
              {row.said?.action && <>* <Name name={row.name} />{' '}</>}
              <Text text={row.text} />
              {row.said?.edited && <small title={momentOf(row.said.edited)}> ({t('edited')})</small>}
            </div>
          )}
        <Foot row={row} />
        <OwnNote row={row} />
      </div>
      {row.seq !== Infinity && row.text !== '' && (
        <button type="button" class="more" tabIndex={-1} aria-label={t('message.menu', { name: visibleName(row.name) })}>
          <Icon name="more" />
        </button>
      )}
    </>
  );
}

/** The message that one answers, in a line. */
function answered({ quoted }: Row): string {
  const text = quoted && (visibleText(quoted.text).slice(0, 100) || t('erased'));
  return quoted ? t('reply', { name: visibleName(quoted.name), text: text as string }) : t('reply.unknown');
}

/** What others make of a message: that it is pinned, and reactions. */
function Foot({ row }: { readonly row: Row }) {
  const { pinned, reactions = [] } = row.said ?? {};
  return (pinned || reactions.length > 0) && row.text !== '' ? (
    <div class="foot">
      {pinned && <span class="badge">{t('pinned')}</span>}
      {reactions.map(({ reaction, count, own }) => (
        <button
          key={reaction} type="button" tabIndex={-1} data-reaction={reaction} aria-pressed={own}
          aria-label={t('reaction', { reaction: visibleText(reaction), n: count })}
        >
          <bdi>{visibleText(reaction)}</bdi> {count}
        </button>
      ))}
    </div>
  ) : null;
}

function Text({ text }: { readonly text: string }) {
  const self = me.value?.name ?? '';
  return (
    <>
      {piecesOf(text).map((piece) => (piece.href === undefined
        ? <Plain text={visibleText(piece.text)} name={self} />
        : <a href={piece.href} title={piece.href} target="_blank" rel="noopener noreferrer"><bdi>{piece.text}</bdi></a>))}
    </>
  );
}

function Plain({ text, name }: { readonly text: string; readonly name: string }) {
  const found = mentionsOf(text, name);
  if (found.length === 0) {
    return <>{text}</>;
  }
  let end = 0;
  const parts = found.flatMap(([from, to]) => {
    const part = [text.slice(end, from), <mark>{text.slice(from, to)}</mark>];
    end = to;
    return part;
  });
  return <>{parts}{text.slice(end)}</>;
}

/** How far an own message has come, where that is worth a word. */
function OwnNote({ row }: { readonly row: Row }) {
  if (row.own === 'waiting' || row.own === 'sent') {
    return <div class="note"><Icon name="clock" /> {t(row.own === 'waiting' ? 'own.waiting' : 'own.sent')}</div>;
  }
  if (row.own !== 'refused') {
    return null;
  }
  const room = current.value;
  const post = room?.posts.of(row.key);
  return (
    <div class="note bad" role="group">
      <Icon name="warning" /> <span>{sentenceOfCode(row.reason ?? '')}</span>{' '}
      <button type="button" class="link" onClick={() => post?.retry()}>{t('again')}</button>{' '}
      <button type="button" class="link" onClick={() => room !== undefined && post !== undefined && editAgain(room, post)}>
        {t('own.edit')}
      </button>{' '}
      <button type="button" class="link" onClick={() => post !== undefined && room?.discard(post)}>{t('own.discard')}</button>
    </div>
  );
}

function Change({ row }: { readonly row: Row }) {
  return (
    <div class="event">
      <Name name={row.name} />{' '}
      <bdi>{row.text === '' ? t('erased') : visibleText(row.text)}</bdi>{' '}
      <time dateTime={new Date(row.time).toISOString()} title={momentOf(row.time)}>{clockOf(row.time)}</time>
    </div>
  );
}

function Gap({ row }: { readonly row: Row }) {
  return <div class="event">{t('timeline.gap', { n: row.last - row.seq + 1 })}</div>;
}
