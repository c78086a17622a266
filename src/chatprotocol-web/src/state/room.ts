import { batch, signal } from '@preact/signals';
import type { ChatError, ChatRoom, Entry, HistoryOptions, HistoryPage, Message, Post, PostOptions, RoomMessages, User } from 'chatprotocol';
import { mentionsOf } from '../text/mentions.ts';
import { attended } from './attention.ts';
import { nextFrame } from './frame.ts';
import { Layout } from './layout.ts';
import type { Block } from './layout.ts';
import { OwnPosts } from './own-posts.ts';
import { People } from './people.ts';
import type { ReadMarks } from './read-marks.ts';
import { spanOf } from './rows.ts';
import { Timeline } from './timeline.ts';
import { UnreadCount } from './unread.ts';

/** How a room is to this page. */
export type RoomPhase = 'listed' | 'joining' | 'joined' | 'failed' | 'ended';

/** The page around a room, as far as the room needs it. */
export interface RoomContext {
  readonly self: () => User;
  readonly marks: ReadMarks;
  /** Told of what others have just said. */
  readonly said: (room: RoomState, entry: Entry, mention: boolean) => void;
}

const pageSize = 50;

/** A room as the page has it: its timeline, who is there, what is unread, and own messages under way. */
export class RoomState {
  /** The address that leads to it: its name, `@` and the other's name, or its number. */
  readonly address: string;
  readonly kind: 'public' | 'private' | 'invitation';
  readonly name = signal('');
  readonly topic = signal('');
  readonly phase = signal<RoomPhase>('listed');
  readonly error = signal<ChatError | undefined>(undefined);
  readonly endedBy = signal<{ readonly why: string; readonly reason: string } | undefined>(undefined);
  readonly unread = signal(0);
  readonly mentions = signal(0);
  readonly people = new People();
  readonly posts = new OwnPosts();
  readonly loading = signal<'older' | 'newer' | 'jump' | undefined>(undefined);
  readonly blocks = signal<readonly Block[]>([]);
  /** The message to be shown and marked, after a jump. */
  readonly target = signal<{ readonly seq: number } | undefined>(undefined);
  readonly info = signal(0);
  readonly timeline = new Timeline();
  /** When something was last said, to order private conversations. */
  readonly time = signal(0);
  /** Whether the reader is at the end, where new rows push old ones out. */
  following = true;
  room: ChatRoom | undefined;

  readonly #context: RoomContext;
  readonly #layout = new Layout();
  #count: UnreadCount | undefined;
  #unreadAfter: number | undefined;
  #busy: Promise<void> | undefined;
  /** What has become of the messages in the window. */
  #messages: RoomMessages | undefined;

  constructor(address: string, name: string, kind: 'public' | 'private' | 'invitation', context: RoomContext) {
    this.address = address;
    this.kind = kind;
    this.name.value = name;
    this.#context = context;
  }

  /** The seq of the last message, as far as the page knows. */
  get head(): number {
    return this.#count?.head ?? 0;
  }

  get id(): number | undefined {
    return this.room?.id;
  }

  /** Takes what the list of rooms says of a room that is not joined. */
  listed(room: number, head: number, time: number): void {
    this.time.value = time;
    this.#countFrom(room, head);
  }

  /** Takes a joined room: from now on what is said in it comes. */
  attach(room: ChatRoom): void {
    if (this.room === room) {
      return;
    }
    this.room = room;
    this.#messages = room.messages();
    const begun = room.cursor.seq;
    this.timeline.restart(begun, true);
    this.#countFrom(room.id, begun);
    this.#takeInfo(room);
    this.posts.restart(room.posts);
    room.on('entries', ({ entries }) => this.#live(entries));
    room.on('gap', ({ gap }) => this.#append(spanOf([], [gap])));
    room.on('erased', ({ seq }) => this.#erased(seq));
    room.on('presence', ({ count, arrived, left }) => this.people.changed(count, arrived, left));
    room.on('info', () => this.#takeInfo(room));
    room.on('resumed', () => {
      this.error.value = undefined;
      this.draw();
      void this.people.load(room, true);
    });
    room.on('rewound', ({ seq }) => this.#rewind(seq));
    room.on('ended', (end) => {
      this.endedBy.value = end;
      this.error.value = end.error;
      this.phase.value = 'ended';
      this.room = undefined;
    });
    this.phase.value = 'joined';
    this.draw();
    if (this.unread.value > 0) {
      void this.loadOlder();
    }
  }

  /** Notes where the line "new" stands as the room is opened. */
  opened(): void {
    this.#unreadAfter = this.unread.value > 0 ? this.#count?.readTo : undefined;
    this.draw();
    void this.people.load(this.room);
    if (this.timeline.rows.length === 0 && !this.timeline.atStart) {
      void this.loadOlder();
    }
  }

  /** Drops the line "new". */
  left(): void {
    this.#unreadAfter = undefined;
    this.following = true;
  }

  /** Counts everything up to `seq` as read. */
  read(seq: number): void {
    if (this.#count?.read(seq) === true) {
      if (this.room !== undefined) {
        this.#context.marks.set(this.room.id, this.#count.readTo);
      }
      this.#tellUnread();
    }
  }

  /** Says a text: it shows at once, at the end of the timeline. */
  post(text: string, options?: PostOptions): Post | undefined {
    const { room } = this;
    if (room === undefined) {
      return undefined;
    }
    const post = room.post(text, options);
    this.posts.add(post);
    this.#unreadAfter = undefined;
    if (!this.timeline.atEnd) {
      this.toEnd();
    }
    this.following = true;
    this.draw();
    return post;
  }

  /** Takes a post's new state. */
  postChanged(post: Post): void {
    this.posts.add(post);
    this.draw();
  }

  /** Takes a refused message out. */
  discard(post: Post): void {
    post.discard();
    this.posts.forget(post.id);
    this.draw();
  }

  /** Loads the page before the window; nothing while another page is under way. */
  async loadOlder(): Promise<void> {
    const { first, atStart } = this.timeline;
    if (atStart || this.#busy !== undefined) {
      return;
    }
    await this.#load('older', { before: first, limit: pageSize }, (page) => {
      const span = this.#span(page, first - 1);
      if (this.timeline.first === first) {
        this.timeline.older(span, page.more);
        this.#examine(page);
      }
    });
  }

  /** Loads the page behind the window; nothing while another page is under way. */
  async loadNewer(): Promise<void> {
    const { last, atEnd } = this.timeline;
    if (atEnd || this.#busy !== undefined) {
      return;
    }
    await this.#load('newer', { after: last, limit: pageSize }, (page) => {
      if (this.timeline.last === last && !this.timeline.atEnd) {
        this.timeline.newer(this.#span(page, last), Math.max(page.head, this.head));
      }
    });
  }

  /** Shows a message, from wherever in the log it is. */
  async jump(seq: number): Promise<void> {
    const { timeline } = this;
    this.following = false;
    while (this.#busy !== undefined) {
      await this.#busy;
    }
    if (seq < timeline.first || seq > timeline.last) {
      await this.#load('jump', { before: seq + 1, limit: pageSize }, (page) => {
        const span = this.#span(page, seq);
        timeline.restart(span.first - 1, false);
        timeline.newer(span, Math.max(page.head, this.head));
      });
      // With what follows it the message can stand in the middle.
      await this.loadNewer();
    }
    this.target.value = { seq };
  }

  /** Shows the end of the log. */
  toEnd(): void {
    this.following = true;
    if (!this.timeline.atEnd) {
      this.timeline.restart(this.head, true);
      this.draw();
      void this.loadOlder();
    }
  }

  /** Draws the timeline with the next frame. */
  draw(): void {
    nextFrame(this.#draw);
  }

  readonly #draw = (): void => {
    const { timeline } = this;
    const self = this.#context.self();
    this.blocks.value = this.#layout.lay(timeline.rows, this.posts.rowsBehind(timeline, self), this.#unreadAfter, self.principal);
  };

  #live(entries: readonly Entry[]): void {
    const self = this.#context.self();
    if (!attended.peek() && this.unread.peek() === 0) {
      // A reader who comes back finds the place.
      this.#unreadAfter = this.#count?.head;
    }
    for (const entry of entries) {
      const counts = entry.said && entry.from !== self.principal;
      const mention = counts && (this.kind === 'private' || mentionsOf(entry.text, self.name).length > 0);
      this.#count?.add(entry.seq, counts, mention);
      this.time.value = entry.time;
      if (counts) {
        this.#context.said(this, entry, mention);
      }
    }
    const changed = this.#messages?.add(entries);
    this.#dropPurged(entries);
    this.#append(spanOf(entries, [], 0, this.#find));
    this.#amend(changed);
    this.#tellUnread();
  }

  #append(span: ReturnType<typeof spanOf>): void {
    if (this.timeline.append(span, this.following)) {
      for (const row of span.rows) {
        this.posts.forget(row.key);
      }
      this.draw();
    }
  }

  readonly #find = (seq: number): Message | undefined => this.#messages?.find(seq);

  #span(page: HistoryPage, edge: number): ReturnType<typeof spanOf> {
    return spanOf(page.entries, page.gaps, edge, this.#find);
  }

  /** Shows what has become of messages, and forgets those out of the window; a page under way may need them. */
  #amend(changed: ReadonlySet<number> = new Set()): void {
    const { timeline } = this;
    if (changed.size > 0 && timeline.amend(changed, this.#find)) {
      this.draw();
    }
    if (this.#busy === undefined) {
      this.#messages?.keep(timeline.first, timeline.last);
    }
  }

  #erased(seq: number): void {
    const message = this.#messages?.erase(seq) ?? seq;
    this.#erase((row) => row.seq === seq);
    this.#amend(new Set([message]));
  }

  #erase(hits: Parameters<Timeline['erase']>[0]): void {
    if (this.timeline.erase(hits)) {
      this.draw();
    }
  }

  #dropPurged(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'purged-entries') {
        this.#erase((row) => row.from === entry.principal && row.seq >= entry.first && row.seq <= entry.last);
      }
    }
  }

  #examine(page: HistoryPage): void {
    const self = this.#context.self();
    const said = page.entries.filter((entry) => entry.said && entry.from !== self.principal);
    const mentioned = said.filter((entry) => this.kind === 'private' || mentionsOf(entry.text, self.name).length > 0);
    this.#count?.examined(page.first, said.map((entry) => entry.seq), mentioned.map((entry) => entry.seq));
    this.#tellUnread();
  }

  #countFrom(room: number, head: number): void {
    const { marks } = this.#context;
    // A room that was never read here has nothing new: its past is no news. But a conversation may have begun meanwhile.
    const readTo = marks.of(room) ?? (this.kind === 'private' && !marks.fresh ? 0 : head);
    marks.set(room, readTo);
    this.#count = new UnreadCount(readTo, head);
    this.#tellUnread();
  }

  #tellUnread(): void {
    batch(() => {
      this.unread.value = this.#count?.unread ?? 0;
      this.mentions.value = this.kind === 'private' ? this.unread.value : this.#count?.mentions ?? 0;
    });
  }

  #takeInfo(room: ChatRoom): void {
    batch(() => {
      this.name.value = room.info.title !== '' ? room.info.title : room.info.name;
      this.topic.value = room.info.topic;
      this.info.value++;
    });
  }

  #rewind(seq: number): void {
    if (this.room !== undefined && (this.#context.marks.of(this.room.id) ?? 0) > seq) {
      this.#context.marks.lower(this.room.id, seq);
    }
    this.#count = new UnreadCount(Math.min(seq, this.#count?.readTo ?? seq), seq);
    this.#messages = this.room?.messages();
    this.timeline.restart(seq, true);
    this.draw();
    void this.loadOlder();
  }

  #load(what: 'older' | 'newer' | 'jump', options: HistoryOptions, take: (page: HistoryPage) => void): Promise<void> {
    this.#busy = this.#loadNow(what, options, take).finally(() => {
      this.#busy = undefined;
      this.#amend();
    });
    return this.#busy;
  }

  async #loadNow(what: 'older' | 'newer' | 'jump', options: HistoryOptions, take: (page: HistoryPage) => void): Promise<void> {
    const { room } = this;
    if (room === undefined) {
      return;
    }
    this.loading.value = what;
    try {
      const page = await room.history(options);
      const changed = this.#messages?.addPage(page);
      this.#dropPurged(page.entries);
      take(page);
      this.#amend(changed);
      this.error.value = undefined;
    } catch (error) {
      this.error.value = error as ChatError;
    } finally {
      this.loading.value = undefined;
      this.draw();
    }
  }
}
