import { fromHex, randomBytes, toHex, utf8, within } from './bytes.ts';
import { ChatError, refusal, withOutcome } from './errors.ts';
import { post as postType } from './generated/messages-requests.ts';
import type { PostedFrame } from './generated/messages.ts';
import type { RequestType } from './codec/types.ts';
import type { Finder } from './finder.ts';
import type { Link } from './link.ts';
import { Lane, type Item } from './lane.ts';
import type { Parts } from './parts.ts';
import { send } from './requests.ts';
import type { PostOptions } from './options.ts';
import { detailsOf } from './post-details.ts';
import type { ChatRoom } from './room.ts';
import type { Outbox, OutboxRecord } from './outbox.ts';
import { Post, type PostOwner } from './post.ts';
import { Replays, type MakeSide } from './replays.ts';

/** How long the outbox may take to forget what was answered, before the publisher may end. */
const OutboxTime = 2000;

/** Posts in their order, each counted in its room and kept in the outbox until it is answered. */
export class Publisher implements PostOwner {
  /** 16 secret bytes in hex. One from random, and in memory: two tabs never have the same. */
  id: string;
  readonly outbox: Outbox;
  /** Names this run's posts; the publisher is a secret. */
  readonly #run = toHex(randomBytes(8));
  /** Fulfilled once the outbox is open for this publisher. */
  #opened: Promise<void> = Promise.resolve();
  /** While it is set nothing is sent: the posts of an earlier run go first. */
  #isHeld = true;
  readonly #parts: Parts;
  readonly #lanes = new Map<ChatRoom, Lane>();
  readonly #items = new Map<Post, Item>();
  #order = 0;
  readonly #dirty = new Set<Item>();
  readonly #replays: Replays;
  #isWriting = false;
  #writing: Promise<void> | undefined;
  #removing: Promise<unknown> = Promise.resolve();
  #fault: ChatError | undefined;
  #closed: ChatError | undefined;
  #volatile: string | undefined;

  /** Opens the outbox; nothing is kept or sent before. Where that fails, the client is over. */
  constructor(parts: Parts, finder: Finder, outbox: Outbox, makeSide: MakeSide, id = toHex(randomBytes(16))) {
    this.#parts = parts;
    this.outbox = outbox;
    this.id = id;
    this.#replays = new Replays(this, finder, makeSide);
    this.#open().catch((fault: unknown) =>
      parts.session.close(false, new ChatError('closed', `the outbox cannot be opened: ${String(fault)}`)));
  }

  /** All posts that are not stored, those of earlier runs first. */
  get posts(): Post[] {
    return [...this.#replays.posts, ...this.#items.keys()];
  }

  /** Takes over and sends what earlier runs have left; new posts wait for it. */
  adopt(): Promise<void> {
    return this.#replays.adopt(this.#opened);
  }

  /** Sends nothing until the release. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.pump();
  }

  /** @throws RangeError for a text, key or seq that the server would refuse. */
  post(room: ChatRoom, text: string, options: PostOptions): Post {
    const key = options.key === undefined ? null : typeof options.key === 'string' ? utf8(options.key) : options.key;
    if (key && (key.length < 1 || key.length > 64))
      throw new RangeError('a key has 1 to 64 bytes');
    const size = utf8(text).length;
    const limit = this.#textLimit;
    if (size < 1 || size > limit || /\p{Surrogate}/u.test(text))
      throw new RangeError(`a text has 1 to ${limit} bytes of UTF-8 and no half surrogate pair; this one has ${size}`);
    const order = ++this.#order;
    const { address, kind, peer } = room;
    const record = {
      id: options.id ?? `${this.#run}-${order}`,
      publisher: this.id,
      order,
      address,
      kind,
      peer,
      counter: 0,
      text,
      key: key && toHex(key),
      time: Date.now(),
      refused: null,
      ...detailsOf(options),
    };
    const post = new Post(record, this);
    const item: Item = { post, room, record, recorded: false, sentBefore: false };
    this.#items.set(post, item);
    this.#laneOf(room).add(item);
    this.#dirty.add(item);
    if (this.#closed)
      post.abandon(this.#closed);
    this.#parts.rooms.ensure(room);
    this.#write();
    return post;
  }

  /** Goes on with the posts that an earlier run of this publisher has left in a room. */
  resume(room: ChatRoom, records: readonly OutboxRecord[], posts: readonly Post[]): void {
    const lane = this.#laneOf(room);
    const counted = records.find(record => record.key === null);
    lane.accepted = Math.max((counted?.counter ?? 1) - 1, 0);
    records.forEach((record, i) => {
      const item: Item = { post: posts[i]!, room, record, recorded: true, sentBefore: true };
      this.#order = Math.max(this.#order, record.order);
      this.#items.set(item.post, item);
      lane.requeue(item);
    });
    lane.restart();
    this.#write();
  }

  /** A post of an earlier run that was refused: it can be retried or discarded. */
  keepRefused(record: OutboxRecord, room: ChatRoom, post: Post, error: ChatError): void {
    this.#items.set(post, { post, room, record, recorded: true, sentBefore: true });
    post.become('refused', error);
  }

  /** Sends what may be sent now. */
  pump(): void {
    if (this.#isHeld || this.#fault)
      return;
    for (const lane of this.#lanes.values())
      for (let link; lane.mayTake && (link = this.#parts.session.sendable);)
        this.#send(link, lane.take());
  }

  /** The room's id on this connection is known: its posts may go. */
  placed(room: ChatRoom): void {
    this.#lanes.get(room)?.restart();
    this.#write();
  }

  /** The room's posts that were sent on an earlier connection, and have to be repeated before anything else. */
  toRepeat(room: ChatRoom): Post[] {
    return [...this.#items.values()].filter(item => item.room === room && item.sentBefore && item.post.state !== 'refused').map(item => item.post);
  }

  /** The connection is over; every post that was on its way is back in its lane. */
  disconnected(): void {
    for (const lane of this.#lanes.values())
      lane.stop();
    this.#renewIfOver();
  }

  /** The room is gone: its posts are refused. */
  lost(room: ChatRoom, error: ChatError): void {
    for (const item of this.#lanes.get(room)?.takeAll() ?? [])
      this.#refuse(item, error);
  }

  /** Whether nothing is left to be sent, and the outbox knows it: the publisher may end. */
  async isDone(): Promise<boolean> {
    const isForgotten = await this.#forgotten();
    await this.#replays.close();
    return isForgotten && [...this.#items.keys()].every(one => one.state === 'refused');
  }

  /** The client is over. Posts in the outbox stay there. Fulfilled once it is closed. */
  async close(error: ChatError): Promise<void> {
    this.#closed = withOutcome(error, 'not-sent');
    for (const { post, sentBefore } of this.#items.values())
      if (post.state !== 'refused')
        post.abandon(withOutcome(error, sentBefore || post.state === 'sent' ? 'unknown' : 'not-sent'));
    void this.#replays.close();
    await this.#forgotten();
    await this.outbox.close();
  }

  changed(post: Post): void {
    this.#parts.emitter.emit('post', { post });
  }

  retry(post: Post): void {
    const item = this.#items.get(post);
    if (!item)
      return;
    item.record = { ...item.record, publisher: this.id, order: ++this.#order, refused: null };
    item.sentBefore = item.recorded = false;
    // It goes behind all others.
    this.#items.delete(post);
    this.#items.set(post, item);
    this.#laneOf(item.room).add(item);
    this.#dirty.add(item);
    post.become('queued');
    this.#parts.rooms.ensure(item.room);
    this.#write();
  }

  discard(post: Post): void {
    const item = this.#items.get(post);
    if (item)
      this.#forget(item);
    this.changed(post);
  }

  #open(): Promise<void> {
    this.#opened = this.outbox.open(this.id);
    this.#opened.then(() => this.#lookAtOutbox(), () => undefined);
    return this.#opened;
  }

  #laneOf(room: ChatRoom): Lane {
    let lane = this.#lanes.get(room);
    if (!lane)
      this.#lanes.set(room, lane = new Lane(room, item => this.#dirty.add(item)));
    return lane;
  }

  /** Keeps what is new or has another counter; one write at a time, with all that came meanwhile. */
  #write(): void {
    if (this.#isWriting || this.#dirty.size === 0)
      return this.pump();
    this.#isWriting = true;
    const items = [...this.#dirty];
    this.#dirty.clear();
    const records = items.map(item => item.record);
    this.#writing = this.#opened.then(() => this.outbox.put(records)).then(
      () => items.forEach((item, i) => {
        item.recorded = item.record === records[i];
        item.post.keep();
      }),
      fault => items.forEach(item => {
        this.#laneOf(item.room).remove(item);
        item.post.become('refused', new ChatError('refused', `the outbox could not keep the post: ${String(fault)}`, { outcome: 'not-sent' }));
      }),
    ).finally(() => {
      this.#isWriting = false;
      this.#lookAtOutbox();
      this.#write();
    });
  }

  #send(link: Link, item: Item): void {
    const { record, room } = item;
    const lane = this.#laneOf(room);
    const fail = (error: ChatError) => {
      lane.answered(item);
      this.#refused(item, error);
    };
    const limit = this.#textLimit;
    if (utf8(record.text).length > limit)
      return fail(refusal(400, `the text is longer than the server's limit of ${limit} bytes`, limit));
    if (record.key && !this.#parts.session.server!.capabilities.includes('post-keys'))
      return fail(new ChatError('unsupported-version', 'the server does not know keys of posts'));
    const details = detailsOf(record);
    if (Object.keys(details).length > 0 && !this.#parts.session.server!.capabilities.includes('post-details'))
      return fail(new ChatError('unsupported-version', 'the server does not know replies, threads and actions'));
    item.post.become('sent');
    send(link, {
      type: postType as RequestType<never, unknown>,
      patient: true,
      fields: () => ({ room: room.id, text: record.text, counter: record.key ? null : record.counter, key: record.key && fromHex(record.key), ...details }),
      answer: reply => this.#posted(item, reply as PostedFrame),
      fail,
      lost: error => {
        lane.answered(item);
        lane.requeue(item);
        item.sentBefore = true;
        item.post.become('queued', withOutcome(error, 'unknown'));
      },
    });
  }

  #posted(item: Item, { seq, time }: PostedFrame): void {
    const lane = this.#laneOf(item.room);
    lane.answered(item, true);
    this.#forget(item);
    item.post.store(seq ?? undefined, time ?? undefined);
    if (seq !== null)
      item.room.stored(item.post, seq);
    this.#settle(lane);
  }

  #refused(item: Item, error: ChatError): void {
    const lane = this.#laneOf(item.room);
    switch (error.number) {
      // Nothing of these was stored, and the same may be sent again.
      case 404: case 500: case 501: case 502:
        lane.requeue(item);
        item.post.become('queued', error);
        lane.pause(error.number === 502 ? Infinity : error.retryAfter ?? 1000, () => this.#settle(lane));
        break;
      case 600:
        if (error.value && error.value !== item.record.counter) {
          lane.accepted = error.value - 1;
          lane.requeue(item);
          item.post.become('queued', error);
        } else {
          this.#refuse(item, error);
        }
        lane.pause(0);
        break;
      case 603:
        // Those that may be stored are not sent again as new ones by themselves; the others begin at 1.
        lane.accepted = 0;
        lane.pause(0);
        item.sentBefore ||= item.record.counter === 1;
        lane.requeue(item);
        item.post.become('queued', error);
        for (const lost of lane.takeSentBefore())
          this.#refuse(lost, error);
        break;
      case 601: case 602:
        this.#fault = error;
        this.#refuse(item, error);
        break;
      default:
        lane.pause(0);
        this.#refuse(item, error);
    }
    this.#settle(lane);
  }

  #settle(lane: Lane): void {
    this.#renewIfOver();
    lane.settle();
    this.#write();
    this.#parts.requests.pump();
  }

  /** A publisher that somebody else has, or that has lost count, is given up once nothing of it is under way. */
  #renewIfOver(): void {
    const fault = this.#fault;
    const lanes = [...this.#lanes.values()];
    if (!fault || lanes.some(lane => lane.inFlight > 0))
      return;
    this.#fault = undefined;
    for (const lane of lanes) {
      lane.accepted = 0;
      for (const item of lane.takeAll())
        this.#refuse(item, fault);
    }
    this.id = toHex(randomBytes(16));
    void this.#open();
    this.#parts.session.drop(new ChatError('disconnected', 'the connection is made anew, for another publisher'));
  }

  #refuse(item: Item, error: ChatError): void {
    item.record = { ...item.record, refused: error.message };
    item.recorded = false;
    this.#dirty.add(item);
    item.post.become('refused', error);
  }

  /** No room is known before a welcome has told the limits. */
  get #textLimit(): number {
    return this.#parts.session.server!.limits.text;
  }

  #lookAtOutbox(): void {
    const why = this.outbox.volatile;
    if (why && why !== this.#volatile)
      this.#parts.emitter.emit('volatile', { why: this.#volatile = why });
  }

  /** Whether the outbox has forgotten what was answered, once it has tried, and keeps what was not. */
  #forgotten(): Promise<boolean> {
    const isForgotten = async () => {
      while (this.#isWriting)
        await this.#writing;
      return this.#removing.then(() => true, () => false);
    };
    return within(OutboxTime, isForgotten(), false);
  }

  #forget(item: Item): void {
    this.#items.delete(item.post);
    this.#dirty.delete(item);
    const removed = this.outbox.remove([item.record.id]);
    this.#removing = Promise.all([this.#removing, removed]);
    this.#removing.catch(() => undefined);
  }
}

