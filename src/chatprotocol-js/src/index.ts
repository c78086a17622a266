export type { Entry, Gap, HistoryPage, Message, PurgedEntries, RoleChanged, RoomChanged, UnknownEntry } from './entries.ts';
export type { ClientEvents, ClientState, Me, RoomEnd, RoomEvent, RoomEvents, Server, User } from './events.ts';
export type { ChatClientOptions, Cursor, JoinOptions, Login, PostOptions } from './options.ts';
export type { HistoryOptions, Member, RoomChange, RoomInfo, RoomKind } from './room.ts';
export type { RoomItem } from './lists.ts';
export type { PostReceipt, PostState } from './post.ts';
export type { Outbox, OutboxRecord } from './outbox.ts';
export type { Dial, Transport, TransportHandlers } from './transport.ts';
export type { ErrorDetails, Failure, Outcome } from './errors.ts';
export type { ByeName, ErrorName } from './generated/codes.ts';
export { ChatClient } from './client.ts';
export { ChatRoom } from './room.ts';
export { Post } from './post.ts';
export { ChatError } from './errors.ts';
export { MemoryOutbox } from './outbox-memory.ts';
export { IndexedDbOutbox } from './outbox-indexeddb.ts';
/** Every request of the protocol, for `client.request`. */
export * as frames from './generated/frames.ts';
export type { FieldsOf, ReplyOf, RequestType } from './codec/types.ts';
