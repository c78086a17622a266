import type { FrameType } from './codec/types.ts';
import type { Entry, HistoryPage } from './entries.ts';
import { entryType } from './entry-types.ts';
import { brokenProtocol } from './errors.ts';
import { amended, type AmendedFrame } from './generated/amendments.ts';
import { gap, type GapFrame } from './generated/delivery.ts';
import { history as historyType } from './generated/history-requests.ts';
import type { PageFrame } from './generated/history.ts';
import type { ChatRoom } from './room.ts';
import type { HistoryOptions } from './room-info.ts';
import { toGap } from './to-entry.ts';

interface Page {
  readonly header: PageFrame;
  readonly entries: { readonly code: number; readonly values: Record<string, unknown> }[];
  readonly gaps: GapFrame[];
  readonly amended: AmendedFrame[];
}

/** A page of a room's past. */
export async function history(room: ChatRoom, { limit = 100, ...range }: HistoryOptions): Promise<HistoryPage> {
  const { header, entries, gaps, amended: frames } = await new Promise<Page>((resolve, reject) => {
    room.request(historyType, () => ({ room: room.id, count: limit, ...range }), header => collect(header, resolve)).catch(reject);
  });
  const present = new Map(frames.map(frame => [frame.seq, frame]));
  const all = entries.map(({ code, values }) => presentOf(room.entryOf(code, values), present.get(values['seq'] as number)));
  const places = [...all.map(entry => entry.seq), ...gaps.flatMap(gap => [gap.first, gap.last])].sort((a, b) => a - b);
  room.sawHead(header.head);
  return {
    ...header,
    entries: all,
    gaps: gaps.map(toGap),
    first: places[0] ?? 0,
    last: places.at(-1) ?? 0,
  };
}

/** A message as its page tells that it is by now; an erased one stays as it is. */
function presentOf(entry: Entry, frame: AmendedFrame | undefined): Entry {
  if (!frame || entry.kind !== 'message' || entry.text === '')
    return entry;
  const { through, edited, pinned, reactions } = frame;
  return { ...entry, text: frame.text ?? entry.text, edited, pinned, reactions, amended: { through, text: entry.text } };
}

/** Takes the frames of a page, which follow its header directly (CP-HIS-002), and says whether more are to come. */
function collect(header: PageFrame, done: (page: Page) => void) {
  const page: Page = { header, entries: [], gaps: [], amended: [] };
  let left = header.count + header.gaps + header.amended;
  const isOpen = () => {
    if (left === 0)
      done(page);
    return left > 0;
  };
  const take = (type: FrameType | undefined, code: number, values: Record<string, unknown>) => {
    if (type === gap)
      page.gaps.push(values as unknown as GapFrame);
    else if (type === amended)
      page.amended.push(values as unknown as AmendedFrame);
    else if (entryType(code))
      page.entries.push({ code, values });
    else
      throw brokenProtocol(`code ${code} came within a page`);
    left--;
    return isOpen();
  };
  isOpen();
  return take;
}
