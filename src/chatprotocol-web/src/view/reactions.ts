import { attempt } from '../state/actions.ts';
import { menu } from '../state/layers.ts';
import type { RoomState } from '../state/room.ts';
import type { Row } from '../state/timeline.ts';
import { t } from '../text/i18n.ts';
import { visibleText } from '../text/visible.ts';

const common = ['👍', '❤️', '😄', '🎉', '👀', '🙏', '😢', '👎'];

/** Reacts to a message, or takes that reaction back. */
export function react(room: RoomState, seq: number, reaction: string): Promise<boolean> {
  const own = reactionsOf(room.timeline.rows.find((row) => row.seq === seq)).some((one) => one.reaction === reaction && one.own);
  return attempt(async () => room.room?.react(seq, reaction, !own));
}

/** Offers the reactions that a message has, and some that are common. */
export function openReactions(room: RoomState, row: Row, x: number, y: number, opener: HTMLElement): void {
  const all = new Set([...reactionsOf(row).map((one) => one.reaction), ...common]);
  menu.value = {
    label: t('message.react'), across: true, x, y, opener,
    items: [...all].slice(0, 16).map((reaction) => ({ label: visibleText(reaction), act: () => void react(room, row.seq, reaction) })),
  };
}

const reactionsOf = (row: Row | undefined) => row?.said?.reactions ?? [];
