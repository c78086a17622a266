// Written by generate.ts from spec/registry. Do not edit.

/** The errors by their names. */
export type ErrorName =
  | 'malformed'
  | 'frame-too-long'
  | 'unknown-code'
  | 'wrong-state'
  | 'unsupported-version'
  | 'hello-timeout'
  | 'invalid-value'
  | 'frame-timeout'
  | 'bad-credential'
  | 'name-taken'
  | 'bad-name'
  | 'banned'
  | 'needs-tls'
  | 'login-failed'
  | 'account-disabled'
  | 'registration-closed'
  | 'bad-invitation'
  | 'denied'
  | 'no-such-room'
  | 'no-such-user'
  | 'not-joined'
  | 'already-joined'
  | 'no-such-session'
  | 'no-such-entry'
  | 'blocked'
  | 'no-such-ban'
  | 'no-such-token'
  | 'no-such-invitation'
  | 'room-exists'
  | 'muted'
  | 'room-archived'
  | 'banned-from-room'
  | 'text-too-long'
  | 'text-empty'
  | 'too-many-rooms'
  | 'too-many-connections'
  | 'rate-limited'
  | 'too-many'
  | 'internal'
  | 'log-unavailable'
  | 'shutting-down'
  | 'out-of-order'
  | 'counter-conflict'
  | 'publisher-fenced'
  | 'publisher-forgotten'
  | 'cursor-ahead'
  | 'epoch-changed'
  | 'key-conflict';

/** The errors by their names. Each is preceded by its code where that is not the one behind the last. */
export const errorRow = '100malformed frame-too-long unknown-code wrong-state unsupported-version hello-timeout invalid-value frame-timeout 200bad-credential name-taken bad-name banned needs-tls login-failed account-disabled registration-closed bad-invitation 300denied no-such-room no-such-user not-joined already-joined no-such-session no-such-entry blocked no-such-ban no-such-token no-such-invitation room-exists muted room-archived banned-from-room 400text-too-long text-empty too-many-rooms too-many-connections rate-limited too-many 500internal log-unavailable shutting-down 600out-of-order counter-conflict publisher-fenced publisher-forgotten cursor-ahead epoch-changed key-conflict';

/** The reasons of a goodbye. */
export type ByeName =
  | 'shutdown'
  | 'restart'
  | 'kicked'
  | 'silent'
  | 'stalled'
  | 'signed-out';

/** The reasons of a goodbye. Each is preceded by its code where that is not the one behind the last. */
export const byeRow = '1shutdown restart kicked silent stalled signed-out';
