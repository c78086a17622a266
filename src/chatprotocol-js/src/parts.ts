import type { Emitter } from './emitter.ts';
import type { ClientEvents } from './events.ts';
import type { Post } from './post.ts';
import type { Publisher } from './publisher.ts';
import type { Requests } from './requests.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';

/** The parts of a client, as they know each other; internal. */
export interface Parts {
  readonly emitter: Emitter<ClientEvents>;
  readonly session: Session;
  readonly requests: Requests;
  readonly publisher: Publisher;
  readonly rooms: Rooms;
  /** Posts that are not stored, those of earlier runs included. */
  posts(): Post[];
}
