/** A post that is not answered, or refused and not dealt with. Plain data, fit for a structured clone and JSON. */
export interface OutboxRecord {
  readonly id: string;
  /** The publisher's 16 bytes in hex: a secret of the user. */
  readonly publisher: string;
  /** Its place among the publisher's posts. */
  readonly order: number;
  /** The room: an address, and what tells whether that is still the same room. */
  readonly address: string;
  readonly kind: number;
  readonly peer: number | null;
  /** 0 for a post that was never sent, or has a key. */
  readonly counter: number;
  readonly text: string;
  /** The key in hex; null for none. */
  readonly key: string | null;
  /** The message that it answers, its thread, and whether it is an action, where it says so. */
  readonly reply?: number;
  readonly thread?: number;
  readonly action?: boolean;
  readonly time: number;
  /** The refusal's words, of a post that is not tried again by itself. */
  readonly refused: string | null;
}

/** Where posts are kept until they are answered. Made for one client, which closes it. */
export interface Outbox {
  /** Opens it for a publisher, and again for another one that takes its place. */
  open(publisher: string): Promise<void>;
  /** Takes over what runs that are over have left, each record once. Called after each login. */
  adopt(): Promise<readonly OutboxRecord[]>;
  /** Keeps records, or new values of those with the same id; they are sent once this is fulfilled. If it is rejected, they are refused. */
  put(records: readonly OutboxRecord[]): Promise<void>;
  /** Forgets records. */
  remove(ids: readonly string[]): Promise<void>;
  /** Gives up what it has taken over; another run may adopt what is left. */
  close(): void | Promise<void>;
  /** Why what is put now does not outlive the program, where that is so: a database that does not open, or is full. */
  readonly volatile?: string | undefined;
}
