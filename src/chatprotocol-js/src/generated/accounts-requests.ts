// Written by generate.ts from spec/registry. Do not edit.
import { request } from '../codec/types.ts';
import { ok, type OkFrame } from './session.ts';
import { accountInfo, type AccountInfoFrame, tokenMade, type TokenMadeFrame, tokenList, type TokenListFrame, invitationMade, type InvitationMadeFrame, invitationList, type InvitationListFrame, accountList, type AccountListFrame } from './accounts.ts';
import { sessionList, type SessionListFrame } from './admin.ts';

/** `register`, answered by `ok`: spec/15-accounts.md. */
export interface RegisterRequest {
  readonly name: string;
  readonly password: Uint8Array;
  readonly invitation?: Uint8Array | null | undefined;
}
/** `register`, answered by `ok`: spec/15-accounts.md. */
export const register = /* @__PURE__ */ request<RegisterRequest, OkFrame>(
  '192 register id:i name:s64 password:b1024 invitation?:b64',
  ok, '!');

/** `account`, asked by an account, answered by `account-info`: spec/15-accounts.md. */
export interface AccountRequest {
  readonly name?: string | null | undefined;
}
/** `account`, asked by an account, answered by `account-info`: spec/15-accounts.md. */
export const account = /* @__PURE__ */ request<AccountRequest, AccountInfoFrame>(
  '194 account id:i name?:s64',
  accountInfo, 's');

/** `change-password`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export interface ChangePasswordRequest {
  readonly old: Uint8Array;
  readonly password: Uint8Array;
}
/** `change-password`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export const changePassword = /* @__PURE__ */ request<ChangePasswordRequest, OkFrame>(
  '196 change-password id:i old:b1024 password:b1024',
  ok, '!');

/** `create-token`, asked by an account, answered by `token-made`: spec/15-accounts.md. */
export interface CreateTokenRequest {
  readonly label: string;
  readonly scopes: number;
  readonly rooms: readonly {
    readonly room: number;
  }[];
  readonly for?: number | null | undefined;
}
/** `create-token`, asked by an account, answered by `token-made`: spec/15-accounts.md. */
export const createToken = /* @__PURE__ */ request<CreateTokenRequest, TokenMadeFrame>(
  '198 create-token id:i label:s64 scopes:n rooms:[room:i] for?:i',
  tokenMade);

/** `tokens`, asked by an account, answered by `token-list`: spec/15-accounts.md. */
export interface TokensRequest {
  readonly after?: number | null | undefined;
  readonly name?: string | null | undefined;
}
/** `tokens`, asked by an account, answered by `token-list`: spec/15-accounts.md. */
export const tokens = /* @__PURE__ */ request<TokensRequest, TokenListFrame>(
  '200 tokens id:i after?:i=0 name?:s64',
  tokenList, 's');

/** `revoke-token`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export interface RevokeTokenRequest {
  readonly token: number;
  readonly name?: string | null | undefined;
}
/** `revoke-token`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export const revokeToken = /* @__PURE__ */ request<RevokeTokenRequest, OkFrame>(
  '202 revoke-token id:i token:i name?:s64',
  ok);

/** `invite`, asked by an account, answered by `invitation-made`: spec/15-accounts.md. */
export interface InviteRequest {
  readonly role?: number | null | undefined;
  readonly uses?: number | null | undefined;
  readonly for?: number | null | undefined;
}
/** `invite`, asked by an account, answered by `invitation-made`: spec/15-accounts.md. */
export const invite = /* @__PURE__ */ request<InviteRequest, InvitationMadeFrame>(
  '204 invite id:i role?:n=1 uses?:n=1 for?:i',
  invitationMade);

/** `invitations`, asked by an account, answered by `invitation-list`: spec/15-accounts.md. */
export interface InvitationsRequest {
  readonly after?: number | null | undefined;
}
/** `invitations`, asked by an account, answered by `invitation-list`: spec/15-accounts.md. */
export const invitations = /* @__PURE__ */ request<InvitationsRequest, InvitationListFrame>(
  '206 invitations id:i after?:i=0',
  invitationList, 's');

/** `revoke-invitation`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export interface RevokeInvitationRequest {
  readonly invitation: number;
}
/** `revoke-invitation`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export const revokeInvitation = /* @__PURE__ */ request<RevokeInvitationRequest, OkFrame>(
  '208 revoke-invitation id:i invitation:i',
  ok);

/** `own-sessions`, asked by a user, answered by `session-list`: spec/15-accounts.md. */
export interface OwnSessionsRequest {
  readonly after?: number | null | undefined;
}
/** `own-sessions`, asked by a user, answered by `session-list`: spec/15-accounts.md. */
export const ownSessions = /* @__PURE__ */ request<OwnSessionsRequest, SessionListFrame>(
  '210 own-sessions id:i after?:i=0',
  sessionList, 's');

/** `end-session`, asked by a user, answered by `ok`: spec/15-accounts.md. */
export interface EndSessionRequest {
  readonly session: number;
}
/** `end-session`, asked by a user, answered by `ok`: spec/15-accounts.md. */
export const endSession = /* @__PURE__ */ request<EndSessionRequest, OkFrame>(
  '212 end-session id:i session:i',
  ok);

/** `delete-account`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export interface DeleteAccountRequest {
  readonly password?: Uint8Array | null | undefined;
  readonly name?: string | null | undefined;
}
/** `delete-account`, asked by an account, answered by `ok`: spec/15-accounts.md. */
export const deleteAccount = /* @__PURE__ */ request<DeleteAccountRequest, OkFrame>(
  '214 delete-account id:i password?:b1024 name?:s64',
  ok, '!');

/** `create-account`, asked by an admin, answered by `ok`: spec/15-accounts.md. */
export interface CreateAccountRequest {
  readonly name: string;
  readonly role: number;
  readonly password: Uint8Array;
}
/** `create-account`, asked by an admin, answered by `ok`: spec/15-accounts.md. */
export const createAccount = /* @__PURE__ */ request<CreateAccountRequest, OkFrame>(
  '216 create-account id:i name:s64 role:n password:b1024',
  ok, '!');

/** `accounts`, asked by an admin, answered by `account-list`: spec/15-accounts.md. */
export interface AccountsRequest {
  readonly after?: number | null | undefined;
}
/** `accounts`, asked by an admin, answered by `account-list`: spec/15-accounts.md. */
export const accounts = /* @__PURE__ */ request<AccountsRequest, AccountListFrame>(
  '218 accounts id:i after?:i=0',
  accountList, 's');

/** `change-account`, asked by an admin, answered by `ok`: spec/15-accounts.md. */
export interface ChangeAccountRequest {
  readonly name: string;
  readonly role?: number | null | undefined;
  readonly disabled?: number | null | undefined;
  readonly password?: Uint8Array | null | undefined;
}
/** `change-account`, asked by an admin, answered by `ok`: spec/15-accounts.md. */
export const changeAccount = /* @__PURE__ */ request<ChangeAccountRequest, OkFrame>(
  '220 change-account id:i name:s64 role?:i disabled?:i password?:b1024',
  ok, '!');
