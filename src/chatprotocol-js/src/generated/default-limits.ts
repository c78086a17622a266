// Written by generate.ts from spec/registry. Do not edit.

/** The limits of a server that does not tell them. */
export const defaultLimits = {
  /** The longest payload of a frame, in either direction, once the session is logged in. */
  'frame': 131072,
  /** The longest text of a post; at least 256 less than frame. */
  'text': 65536,
  /** Requests that may wait for their reply before the server stops reading. */
  'in-flight': 1024,
  /** The most entries of one page of history. */
  'page': 1000,
  /** Rooms that one session may have joined at once, and, with an inbox, as many private ones beside them. */
  'joined-rooms': 1000,
  /** Rooms that one principal may have created and that still exist. */
  'created-rooms': 1000,
  /** From the connection until the session is logged in. */
  'hello-timeout': 10000,
  /** Silence after which the server pings. */
  'ping-after': 30000,
  /** Silence after which the server takes the peer for dead; more than ping-after. */
  'dead-after': 90000,
  /** How long a peer may take nothing of what it is sent. */
  'stall-after': 900000,
  /** Posts of a principal that go at once in the long run, whatever its sessions; those that come faster wait. 0 for as many as come. */
  'post-rate': 0,
  /** Posts of a principal that go at once after a pause. 0 where post-rate is 0. */
  'post-burst': 0,
  /** Bytes of text of a principal's posts that go at once in the long run; those that come faster wait. 0 for as many as come. */
  'post-bytes': 0,
};
