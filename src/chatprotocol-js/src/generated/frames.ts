// Written by generate.ts from spec/registry. Do not edit.
export * from './session.ts';
export * from './rooms.ts';
export * from './messages.ts';
export * from './history.ts';
export * from './presence.ts';
export * from './names.ts';
export * from './admin.ts';
export * from './delivery.ts';
export * from './errors.ts';
export * from './accounts.ts';
export * from './room-roles.ts';
