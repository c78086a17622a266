// Written by generate.ts from spec/registry. Do not edit.

/** The reasons of a goodbye. */
export type ByeName =
  | 'shutdown'
  | 'restart'
  | 'kicked'
  | 'silent'
  | 'stalled'
  | 'signed-out';

/** The reasons of a goodbye. By their codes. */
export const byeNames: Readonly<Record<number, ByeName>> = {
  1: 'shutdown',
  2: 'restart',
  3: 'kicked',
  4: 'silent',
  5: 'stalled',
  6: 'signed-out',
};
