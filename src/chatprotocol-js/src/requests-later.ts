import { erase } from './generated/admin-requests.ts';
import { nick } from './generated/names-requests.ts';
import { changeRoom, createRoom, report, restrict, setRole } from './generated/room-roles-requests.ts';
import { block, unblock } from './generated/rooms-requests.ts';

/** Requests that a page seldom makes, and none before its first messages are there. */
export const requests = { erase, nick, changeRoom, createRoom, report, restrict, setRole, block, unblock };
