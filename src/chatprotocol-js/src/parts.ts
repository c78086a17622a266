import type { Emitter } from './emitter.ts';
import type { ClientEvents } from './events.ts';
import type { Later } from './later.ts';
import type { Requests } from './requests.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';

/** The parts of a client, as they know each other; internal. */
export interface Parts {
  readonly emitter: Emitter<ClientEvents>;
  readonly session: Session;
  readonly later: Later;
  readonly requests: Requests;
  readonly rooms: Rooms;
}
