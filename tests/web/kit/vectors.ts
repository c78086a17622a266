import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Field, FrameType } from '../../../src/chatprotocol-js/src/codec/types.ts';
import * as frames from '../../../src/chatprotocol-js/src/generated/frames.ts';
import { defaultLimits } from '../../../src/chatprotocol-js/src/generated/default-limits.ts';

/** A vector of spec/vectors, as spec/README.md explains it. */
export interface Vector {
  readonly id: string;
  readonly message: string;
  readonly direction: 'to-server' | 'to-client';
  readonly hex: string;
  readonly result: 'valid' | 'acceptable' | 'invalid';
  readonly value?: Record<string, unknown>;
  readonly error?: string;
}

const folder = join(import.meta.dirname, '..', '..', '..', 'spec');

/** The files of vectors that hold frames. */
export const vectorFiles = readdirSync(join(folder, 'vectors')).filter(name => name.endsWith('.json') && name !== 'names.json');

export const readVectors = (file: string) => JSON.parse(readFileSync(join(folder, 'vectors', file), 'utf8')) as Vector[];

const directions = new Map((JSON.parse(readFileSync(join(folder, 'registry', 'messages.json'), 'utf8')) as { name: string; direction: string }[])
  .map(frame => [frame.name, frame.direction]));

const types = Object.values(frames) as FrameType[];

/** The frames of a direction by their codes. */
export const table = (direction: string) => new Map(types
  .filter(type => [direction, 'both'].includes(directions.get(type.name)!))
  .map(type => [type.code, type]));

export const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

/** The values of a vector as the codec takes and gives them. */
export function toValues(fields: readonly Field[], value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(fields.map(field => [field.name, toValue(field, value[field.name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)])]));
}

function toValue(field: Field, value: unknown): unknown {
  if (value === null || value === undefined)
    return field.fallback;
  switch (field.type) {
    case 'i':
    case 'n':
      return Number(value);
    case 'b':
      return bytesOf(value as string);
    case 'l':
      return (value as Record<string, unknown>[]).map(item => toValues(field.items, item));
    case 'm':
      return Object.fromEntries(Object.entries(value as Record<string, string>).map(([key, number]) => [key, Number(number)]));
    default:
      return value;
  }
}

/** Limits as a client takes them: defaults for those not told, and none that it does not know. */
export const asTaken = (limits: Record<string, number>) =>
  Object.fromEntries(Object.entries(defaultLimits).map(([name, fallback]) => [name, limits[name] ?? fallback]));
