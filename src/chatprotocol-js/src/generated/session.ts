// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `pong`: spec/03-session.md. */
export interface PongFrame {
  readonly id: number;
}
/** `pong`: spec/03-session.md. */
export const pong = /* @__PURE__ */ frame<PongFrame>('26 pong id:i');

/** `welcome`: spec/03-session.md. */
export interface WelcomeFrame {
  readonly id: number;
  readonly major: number;
  readonly minor: number;
  readonly capabilities: readonly string[];
  readonly server: Uint8Array;
  readonly agent: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly durability: number;
  readonly time: number;
}
/** `welcome`: spec/03-session.md. */
export const welcome = /* @__PURE__ */ frame<WelcomeFrame>('64 welcome id:i major:n minor:n capabilities:c64 server:b16! agent:s64 limits:m durability:n time:i');

/** `ok`: spec/03-session.md. */
export interface OkFrame {
  readonly id: number;
}
/** `ok`: spec/03-session.md. */
export const ok = /* @__PURE__ */ frame<OkFrame>('66 ok id:i');

/** `logged-in`: spec/03-session.md. */
export interface LoggedInFrame {
  readonly id: number;
  readonly session: number;
  readonly principal: number;
  readonly name: string;
  readonly window: number | null;
}
/** `logged-in`: spec/03-session.md. */
export const loggedIn = /* @__PURE__ */ frame<LoggedInFrame>('70 logged-in id:i session:i principal:i name:s64 window?:i');

/** `bye`: spec/03-session.md. */
export interface ByeFrame {
  readonly code: number;
  readonly reason: string;
  readonly back: number | null;
}
/** `bye`: spec/03-session.md. */
export const bye = /* @__PURE__ */ frame<ByeFrame>('88 bye code:n reason:s1024 back?:i');
