// Written by generate.ts from spec/registry. Do not edit.
import { frame, request } from '../codec/types.ts';

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

/** `hello`, answered by `welcome`: spec/03-session.md. */
export interface HelloRequest {
  readonly major: number;
  readonly minor: number;
  readonly capabilities: readonly string[];
  readonly agent: string;
}
/** `hello`, answered by `welcome`: spec/03-session.md. */
export const hello = /* @__PURE__ */ request<HelloRequest, WelcomeFrame>(
  '2 hello id:i major:n minor:n capabilities:c64 agent:s64',
  welcome);

/** `login`, answered by `logged-in`: spec/03-session.md. */
export interface LoginRequest {
  readonly name: string;
  readonly credential: number;
  readonly secret: Uint8Array;
  readonly publisher?: Uint8Array | null | undefined;
  readonly inbox?: boolean | null | undefined;
  readonly window?: number | null | undefined;
}
/** `login`, answered by `logged-in`: spec/03-session.md. */
export const login = /* @__PURE__ */ request<LoginRequest, LoggedInFrame>(
  '4 login id:i name:s64 credential:n secret:b1024 publisher?:b16! inbox?:f=0 window?:i',
  loggedIn, '!');

/** `quit`, answered by `ok`: spec/03-session.md. */
export type QuitRequest = Readonly<Record<never, never>>;
/** `quit`, answered by `ok`: spec/03-session.md. */
export const quit = /* @__PURE__ */ request<QuitRequest, OkFrame>(
  '22 quit id:i',
  ok);

/** `ping`, answered by `pong`: spec/03-session.md. */
export type PingRequest = Readonly<Record<never, never>>;
/** `ping`, answered by `pong`: spec/03-session.md. */
export const ping = /* @__PURE__ */ request<PingRequest, PongFrame>(
  '24 ping id:i',
  pong, 's');
