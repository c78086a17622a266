import { amending } from './amending.ts';
import { credentialOf } from './credentials.ts';
import { knowEntries } from './entry-types.ts';
import { knowNames } from './errors.ts';
import { Finder } from './finder.ts';
import { follow } from './follow.ts';
import { amended, edited, pinned, reacted, retracted } from './generated/amendments.ts';
import { errorNames } from './generated/error-names.ts';
import { defaultLimits } from './generated/default-limits.ts';
import { history } from './history-pages.ts';
import { knowEvent } from './link.ts';
import { listMembers, listRooms } from './lists.ts';
import { loop } from './loop.ts';
import type { Outbox } from './outbox.ts';
import type { Parts } from './parts.ts';
import { Publisher } from './publisher.ts';
import { probe, watch } from './pulse.ts';
import { Registration } from './registration.ts';
import type { MakeSide } from './replays.ts';
import { requests } from './requests-later.ts';
import { RoomMessages } from './room-messages.ts';

/**
 * What a client needs only once it is to be logged in, in a file of its own, which comes while the connection is made: to keep and send
 * posts, to find rooms again, and what is asked for now and then. What is new belongs here rather than into the first file.
 */
export class Rest {
  readonly requests = requests;
  readonly defaultLimits = defaultLimits;
  readonly watch = watch;
  readonly probe = probe;
  readonly loop = loop;
  readonly history = history;
  readonly amending = amending;
  readonly follow = follow;
  readonly RoomMessages = RoomMessages;
  readonly listRooms = listRooms;
  readonly listMembers = listMembers;
  readonly credentialOf = credentialOf;
  readonly registration = new Registration();
  readonly finder: Finder;
  readonly publisher: Publisher;

  constructor(parts: Parts, outbox: Outbox, makeSide: MakeSide, publisher?: string) {
    knowNames(errorNames);
    knowEntries([edited, retracted, reacted, pinned]);
    knowEvent(amended);
    this.finder = new Finder(parts, room => this.publisher.toRepeat(room));
    this.publisher = new Publisher(parts, this.finder, outbox, makeSide, publisher);
  }
}
