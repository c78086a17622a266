import type { Post, User } from 'chatprotocol';
import { postRow } from './rows.ts';
import type { Row, Timeline } from './timeline.ts';

// How far the clocks of the server and of this machine may be apart where a message is looked for by its time.
const clockTolerance = 120_000;

/** One's own messages in a room that are not known as entries yet: under way, waiting, or refused. */
export class OwnPosts {
  readonly #rows = new Map<Post, Row>();
  #posts: Post[] = [];

  /** Whether something written here is not stored yet. */
  get unsent(): boolean {
    return this.#posts.some((post) => post.state !== 'stored');
  }

  /** Takes the posts of a room, those of an earlier run included. */
  restart(posts: readonly Post[]): void {
    this.#posts = [...posts];
  }

  /** Takes a post that is not stored, if it is not there yet. */
  add(post: Post): void {
    if (!this.#posts.includes(post) && post.state !== 'stored') {
      this.#posts.push(post);
    }
  }

  /** The post of a row. */
  of(key: string): Post | undefined {
    return this.#posts.find((post) => post.id === key);
  }

  /** Lets go of a post, as of one that has come as an entry. */
  forget(key: string): void {
    const post = this.of(key);
    if (post !== undefined) {
      this.#posts = this.#posts.filter((other) => other !== post);
      this.#rows.delete(post);
    }
  }

  /** The rows to show behind a timeline's; stored posts go as soon as it has them, or does not reach them. */
  rowsBehind(timeline: Timeline, self: User): readonly Row[] {
    this.#posts = this.#posts.filter((post) =>
      post.state !== 'stored' || (post.seq !== undefined && post.seq > timeline.last && timeline.atEnd));
    return timeline.atEnd ? this.#posts.filter((post) => !mayBeIn(timeline, post, self)).map((post) => this.#rowOf(post, timeline, self)) : [];
  }

  #rowOf(post: Post, timeline: Timeline, self: User): Row {
    const row = postRow(post, self, this.#rows.get(post), timeline.rows.find(({ seq }) => seq === post.reply));
    this.#rows.set(post, row);
    return row;
  }
}

/** Whether a post of an earlier run seems to be an entry already, which its answer will tell in a moment. */
function mayBeIn(timeline: Timeline, post: Post, self: User): boolean {
  return post.recovered && post.state !== 'refused' && timeline.rows.some((row) =>
    row.from === self.principal && row.text === post.text && row.time > post.time - clockTolerance);
}
