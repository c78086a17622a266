import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameBuffer } from '../../../src/chatprotocol-js/src/codec/frame-buffer.ts';
import { decode } from '../../../src/chatprotocol-js/src/codec/reader.ts';
import type { FrameType } from '../../../src/chatprotocol-js/src/codec/types.ts';
import { Violation } from '../../../src/chatprotocol-js/src/codec/violation.ts';
import { Writer } from '../../../src/chatprotocol-js/src/codec/writer.ts';
import { entryType } from '../../../src/chatprotocol-js/src/entry-types.ts';
import { frame } from '../../../src/chatprotocol-js/src/codec/types.ts';
import { asTaken, bytesOf, readVectors, table, toValues, vectorFiles, type Vector } from '../kit/vectors.ts';

const tables = { 'to-server': table('to-server'), 'to-client': table('to-client') };

// The server reads the id of a request that it does not know; a client passes over an event that it does not know.
const unknownRequest = frame('0 unknown id:i');

function typeOf(vector: Vector, code: number): FrameType | undefined {
  const type = tables[vector.direction].get(code);
  if (type)
    return type;
  if (vector.direction === 'to-client')
    return entryType(code);
  return code % 2 === 1 ? unknownRequest : undefined;
}

function read(vector: Vector, pieces: Uint8Array[]): Record<string, unknown> | undefined {
  const buffer = new FrameBuffer();
  // The invalid ones come before the login (spec/README.md).
  if (vector.result !== 'invalid' || vector.error === 'malformed' || vector.error === 'unknown-code')
    buffer.limit = vector.error === undefined ? 2 ** 24 - 1 : 2 ** 20;
  let got: Record<string, unknown> | undefined;
  for (const piece of pieces)
    buffer.push(piece, payload => {
      const { type, code, values } = decode(payload, code => typeOf(vector, code));
      if (!type && code % 2 === 0)
        throw new Violation(`code ${code}`, 'unknown-code');
      got = values;
    });
  return got;
}

function expected(vector: Vector): Record<string, unknown> {
  const payload = bytesOf(vector.hex).subarray(4);
  let type: FrameType | undefined;
  decode(payload, code => type = typeOf(vector, code));
  return toValues(type?.fields ?? [], vector.value!);
}

for (const file of vectorFiles) {
  const vectors = readVectors(file);

  test(`Valid and acceptable frames of ${file} decode to their values, cut anywhere`, { timeout: 60_000 }, () => {
    for (const vector of vectors.filter(one => one.result !== 'invalid')) {
      const bytes = bytesOf(vector.hex);
      const middle = Math.floor(bytes.length / 2);
      for (const pieces of [[bytes], [bytes.subarray(0, middle), bytes.subarray(middle)], ...(bytes.length < 500 ? [[...bytes].map(byte => Uint8Array.of(byte))] : [])]) {
        const got = read(vector, pieces);
        if (got && 'limits' in got)
          got['limits'] = asTaken(got['limits'] as Record<string, number>);
        assert.deepEqual(got, expected(vector), vector.id);
      }
    }
  });

  test(`Values of valid frames of ${file} encode to exactly their bytes`, { timeout: 60_000 }, () => {
    // A message that says no more than its text is written without the items behind it, and by servers alone.
    for (const vector of vectors.filter(one => one.result === 'valid' && one.message !== 'message')) {
      const type = [...tables[vector.direction].values()].find(one => one.name === vector.message)!;
      const writer = new Writer();
      writer.frame(type, toValues(type.fields, vector.value!));
      assert.equal(Buffer.from(writer.take()).toString('hex'), vector.hex, vector.id);
    }
  });

  test(`Invalid frames of ${file} are refused with their error`, { timeout: 60_000 }, () => {
    for (const vector of vectors.filter(one => one.result === 'invalid'))
      assert.throws(() => read(vector, [bytesOf(vector.hex)]), fault => fault instanceof Violation && fault.code === vector.error, vector.id);
  });
}
