// Written by generate.ts from spec/registry. Do not edit.
import { frame } from '../codec/types.ts';

/** `account-info`: spec/15-accounts.md. */
export interface AccountInfoFrame {
  readonly id: number;
  readonly principal: number;
  readonly name: string;
  readonly role: number;
  readonly made: number;
  readonly disabled: boolean;
  readonly sessions: number;
  readonly tokens: number;
}
/** `account-info`: spec/15-accounts.md. */
export const accountInfo = /* @__PURE__ */ frame<AccountInfoFrame>('224 account-info id:i principal:i name:s64 role:n made:i disabled:f sessions:i tokens:i');

/** `token-made`: spec/15-accounts.md. */
export interface TokenMadeFrame {
  readonly id: number;
  readonly token: number;
  readonly secret: Uint8Array;
  readonly expires: number;
}
/** `token-made`: spec/15-accounts.md. */
export const tokenMade = /* @__PURE__ */ frame<TokenMadeFrame>('226 token-made id:i token:i secret:b64 expires:i');

/** `token-list`: spec/15-accounts.md. */
export interface TokenListFrame {
  readonly id: number;
  readonly tokens: readonly {
    readonly token: number;
    readonly label: string;
    readonly scopes: number;
    readonly rooms: number;
    readonly made: number;
    readonly expires: number;
    readonly used: number;
  }[];
  readonly more: boolean;
}
/** `token-list`: spec/15-accounts.md. */
export const tokenList = /* @__PURE__ */ frame<TokenListFrame>('228 token-list id:i tokens:[token:i,label:s64,scopes:n,rooms:i,made:i,expires:i,used:i] more:f');

/** `invitation-made`: spec/15-accounts.md. */
export interface InvitationMadeFrame {
  readonly id: number;
  readonly invitation: number;
  readonly secret: Uint8Array;
  readonly expires: number;
}
/** `invitation-made`: spec/15-accounts.md. */
export const invitationMade = /* @__PURE__ */ frame<InvitationMadeFrame>('230 invitation-made id:i invitation:i secret:b64 expires:i');

/** `invitation-list`: spec/15-accounts.md. */
export interface InvitationListFrame {
  readonly id: number;
  readonly invitations: readonly {
    readonly invitation: number;
    readonly by: string;
    readonly role: number;
    readonly uses: number;
    readonly made: number;
    readonly expires: number;
  }[];
  readonly more: boolean;
}
/** `invitation-list`: spec/15-accounts.md. */
export const invitationList = /* @__PURE__ */ frame<InvitationListFrame>('232 invitation-list id:i invitations:[invitation:i,by:s64,role:n,uses:i,made:i,expires:i] more:f');

/** `account-list`: spec/15-accounts.md. */
export interface AccountListFrame {
  readonly id: number;
  readonly accounts: readonly {
    readonly principal: number;
    readonly name: string;
    readonly role: number;
    readonly made: number;
    readonly disabled: boolean;
    readonly sessions: number;
    readonly seen: number;
  }[];
  readonly more: boolean;
}
/** `account-list`: spec/15-accounts.md. */
export const accountList = /* @__PURE__ */ frame<AccountListFrame>('234 account-list id:i accounts:[principal:i,name:s64,role:n,made:i,disabled:f,sessions:i,seen:i] more:f');
