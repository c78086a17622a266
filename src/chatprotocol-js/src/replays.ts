import { within } from './bytes.ts';
import { ChatError, refusal } from './errors.ts';
import type { Finder } from './finder.ts';
import type { Outbox, OutboxRecord } from './outbox.ts';
import type { Parts } from './parts.ts';
import { Post } from './post.ts';
import type { Publisher } from './publisher.ts';

/** The age above which counted posts are not sent again: a server forgets a publisher after 30 days (CP-DEL-010), and would take them for new ones. */
const TooOld = 29 * 24 * 3600_000;

/** How long new posts wait for those of earlier runs. */
const HoldTime = 10_000;

/** A client under an earlier run's publisher. */
export interface Side {
  readonly parts: Parts;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Makes such a client. */
export type MakeSide = (publisher: string, outbox: Outbox) => Side;

/** Sends what earlier runs have left in the outbox, each under its own publisher, before anything new. */
export class Replays {
  readonly #publisher: Publisher;
  readonly #finder: Finder;
  readonly #makeSide: MakeSide;
  readonly #posts = new Set<Post>();
  #side: Side | undefined;
  /** Posts that earlier runs have left, and nobody has sent yet. */
  readonly #left: OutboxRecord[] = [];
  #isAdopting = false;
  #isClosed = false;

  constructor(publisher: Publisher, finder: Finder, makeSide: MakeSide) {
    this.#publisher = publisher;
    this.#finder = finder;
    this.#makeSide = makeSide;
  }

  /** Posts of earlier runs that are not answered. */
  get posts(): Post[] {
    return [...this.#posts];
  }

  /** Sends what is left, and holds back new posts for that, but for a while only. One call at a time takes over. */
  async adopt(opened: Promise<void>): Promise<void> {
    if (this.#isAdopting)
      return;
    this.#isAdopting = true;
    try {
      await opened;
      this.#left.push(...await this.#publisher.outbox.adopt());
      if (this.#left.length > 0) {
        this.#publisher.hold();
        await this.#run(this.#left.splice(0));
      }
    } catch {
      // Where the outbox cannot be read, the next login tries again.
    }
    this.#isAdopting = false;
    this.#publisher.release();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#side?.close();
  }

  async #run(left: readonly OutboxRecord[]): Promise<void> {
    const groups = new Map<string, OutboxRecord[]>();
    for (const record of [...left].sort((a, b) => a.order - b.order))
      groups.set(record.publisher, [...groups.get(record.publisher) ?? [], record]);
    const replayed = this.#replayAll(groups);
    // A room that takes a post only later holds up the others no longer.
    await within(HoldTime, replayed, undefined);
    this.#publisher.release();
    await replayed;
  }

  async #replayAll(groups: ReadonlyMap<string, OutboxRecord[]>): Promise<void> {
    for (const [publisher, records] of groups)
      if (!this.#isClosed)
        await this.#replay(publisher, records);
  }

  async #replay(publisher: string, records: OutboxRecord[]): Promise<void> {
    const isDue = (record: OutboxRecord) => record.refused === null && (record.key !== null || Date.now() - record.time < TooOld);
    for (const record of records.filter(one => !isDue(one)))
      this.#keep(record, new Post(record, this.#publisher, true));
    const due = records.filter(isDue).map(record => ({ record, post: new Post(record, this.#publisher, true) }));
    if (due.length === 0)
      return;
    for (const { post } of due) {
      this.#posts.add(post);
      this.#publisher.changed(post);
    }
    const { parts: side, closed } = this.#side = this.#makeSide(publisher, new Slice(this.#publisher.outbox));
    const { publisher: sidePublisher, finder } = await side.later.load();
    const byRoom = new Map<string, typeof due>();
    for (const one of due)
      byRoom.set(`${one.record.address} ${one.record.peer}`, [...byRoom.get(`${one.record.address} ${one.record.peer}`) ?? [], one]);
    for (const group of byRoom.values()) {
      const room = finder.expect(group[0]!.record);
      side.rooms.ensure(room);
      sidePublisher.resume(room, group.map(one => one.record), group.map(one => one.post));
    }
    const answered = due.map(({ record, post }) => post.done.then(
      () => this.#posts.delete(post),
      () => {
        if (post.state !== 'refused')
          return;
        this.#posts.delete(post);
        this.#keep({ ...record, refused: post.error!.message }, post);
      }));
    await Promise.race([Promise.all(answered), closed]);
    await this.#side.close();
    this.#side = undefined;
  }

  /** A refused post can be retried under this run's publisher, or discarded. */
  #keep(record: OutboxRecord, post: Post): void {
    const error = record.refused === null
      ? refusal(603, 'it is too long ago to be sent again without perhaps being stored twice')
      : new ChatError('refused', record.refused);
    this.#publisher.keepRefused(record, this.#finder.expect(record), post, post.error ?? error);
  }
}

/** The outbox of another client, for one publisher's posts. */
class Slice implements Outbox {
  readonly #whole: Outbox;

  constructor(whole: Outbox) {
    this.#whole = whole;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  adopt(): Promise<readonly OutboxRecord[]> {
    return Promise.resolve([]);
  }

  put(records: readonly OutboxRecord[]): Promise<void> {
    return this.#whole.put(records);
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#whole.remove(ids);
  }

  close(): void {}
}
