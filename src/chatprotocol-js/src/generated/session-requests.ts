// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { welcome, type WelcomeFrame, loggedIn, type LoggedInFrame, ok, type OkFrame, pong, type PongFrame } from './session.ts';

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
