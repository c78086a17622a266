import { frame, type FrameType } from './codec/types.ts';
import { message } from './generated/messages.ts';
import { purgedEntries, roleChanged, roomChanged } from './generated/room-roles.ts';

const known = new Map([message, roomChanged, roleChanged, purgedEntries].map((type: FrameType) => [type.code, type]));

/** Adds kinds of entries, which the first file does not have: none comes before a login. */
export const knowEntries = (types: readonly FrameType[]) => types.forEach(type => known.set(type.code, type));

const unknownSaid = /* @__PURE__ */ frame('0 unknown room:i seq:i time:i from:i name:s64 text:t');
const unknownChange = /* @__PURE__ */ frame('0 unknown room:i seq:i time:i from:i name:s64');

/** The form of the entries of a code, also of kinds that this version does not know (CP-MSG-014); undefined for other frames. */
export function entryType(code: number): FrameType | undefined {
  return known.get(code) ?? (code >= 128 && code < 192 ? code % 2 === 0 ? unknownSaid : unknownChange : undefined);
}
