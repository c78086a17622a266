import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { hmacSha256 } from '../../../src/chatprotocol-js/src/sha256.ts';
import { FrameBuffer } from '../../../src/chatprotocol-js/src/codec/frame-buffer.ts';
import { decode } from '../../../src/chatprotocol-js/src/codec/reader.ts';
import type { FrameType } from '../../../src/chatprotocol-js/src/codec/types.ts';
import { Violation } from '../../../src/chatprotocol-js/src/codec/violation.ts';
import { Writer } from '../../../src/chatprotocol-js/src/codec/writer.ts';
import * as frames from '../../../src/chatprotocol-js/src/generated/frames.ts';
import { oneTry } from '../kit/oneTry.ts';
import { bytesOf, readVectors, table, vectorFiles } from '../kit/vectors.ts';

const encode = (type: FrameType, values: object): Uint8Array => {
  const writer = new Writer();
  writer.frame(type, values);
  return writer.take();
};

const read = (type: FrameType, bytes: Uint8Array): Record<string, unknown> => decode(bytes.subarray(4), () => type).values;

test('Values that the protocol does not allow are not encoded, and what was encoded before them stays', { ...oneTry, timeout: 5_000 }, () => {
  const post = { id: 1, room: 1, text: 'hello' };
  const wrong: [FrameType, object][] = [
    [frames.post, { ...post, room: 2 ** 53 }],
    [frames.post, { ...post, room: -1 }],
    [frames.post, { ...post, room: 1.5 }],
    [frames.post, { ...post, room: NaN }],
    [frames.post, { ...post, room: '1' }],
    [frames.post, { ...post, room: undefined }],
    [frames.post, { ...post, text: null }],
    [frames.post, { ...post, text: 'half \ud800' }],
    [frames.post, { ...post, key: new Uint8Array(65) }],
    [frames.post, { ...post, key: new Uint8Array(0) }],
    [frames.nick, { id: 1, name: 'x'.repeat(65) }],
    [frames.nick, { id: 1, name: 'é'.repeat(33) }],
  ];
  const writer = new Writer();
  writer.frame(frames.ping, { id: 7 });
  for (const [type, values] of wrong)
    assert.throws(() => writer.frame(type, values), Violation, JSON.stringify(values));
  assert.equal(Buffer.from(writer.take()).toString('hex'), '00000003921807');
});

test('The largest integers pass unchanged, and one more does not', { ...oneTry, timeout: 5_000 }, () => {
  for (const id of [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 3, 2 ** 53 - 1])
    assert.equal(read(frames.ping, encode(frames.ping, { id }))['id'], id);
  const bytes = Buffer.from('0000000b9218cf0020000000000000'.padEnd(30, '0'), 'hex');
  assert.throws(() => decode(new Uint8Array(bytes).subarray(4), () => frames.ping as FrameType), Violation);
});

test('A text keeps what a careless decoder changes: a byte order mark, U+FFFD, NUL, and characters beyond the BMP', { ...oneTry, timeout: 5_000 }, () => {
  for (const text of ['\ufeffhello', '\ufffd', 'a\0b', '👋🏽 𝄞', 'x'.repeat(24), 'é'.repeat(12), 'é'.repeat(200), '\u007f\u0080'])
    assert.equal(read(frames.notice, encode(frames.notice, { time: 0, text }))['text'], text);
});

test('A short bin keeps nothing else alive', { ...oneTry, timeout: 5_000 }, () => {
  const bytes = encode(frames.post, { id: 1, room: 1, text: 'x'.repeat(60_000), key: Uint8Array.of(1, 2, 3) });
  const key = read(frames.post, bytes)['key'] as Uint8Array;
  assert.deepEqual([...key], [1, 2, 3]);
  assert.equal(key.buffer.byteLength, 3);
});

test('A length above the limit is refused as soon as it is there, and none is set aside for what only promises much', { ...oneTry, timeout: 5_000 }, () => {
  const buffer = new FrameBuffer();
  assert.throws(() => buffer.push(Uint8Array.of(0, 0, 16, 1), () => {}), (fault: unknown) => fault instanceof Violation && fault.code === 'frame-too-long');
  // An array of four thousand million items in five bytes, as a frame and within one.
  for (const payload of ['ddffffffff', '9341ddffffffff', '9218dfffffffff'])
    assert.throws(() => decode(new Uint8Array(Buffer.from(payload, 'hex')), () => frames.presence as FrameType), Violation);
});

test('Frames come out of a stream that is cut anywhere, and a whole one is not copied', { ...oneTry, timeout: 10_000 }, () => {
  const writer = new Writer();
  const texts = Array.from({ length: 50 }, (_, i) => 'y'.repeat(i * 37 % 300));
  texts.forEach((text, seq) => writer.frame(frames.message, { room: 1, seq, time: 0, from: 16, name: 'ada', text }));
  const stream = writer.take();
  for (const size of [1, 2, 3, 5, 7, 64, 1000, stream.length]) {
    const buffer = new FrameBuffer();
    const got: unknown[] = [];
    let whole = 0;
    for (let at = 0; at < stream.length; at += size)
      buffer.push(stream.slice(at, at + size), payload => {
        whole += Number(payload.byteOffset > 4);
        got.push(decode(payload, () => frames.message as FrameType).values['text']);
      });
    assert.deepEqual(got, texts);
    if (size === stream.length)
      assert.equal(whole, texts.length - 1);
  }
});

test('A guest has the same key where the page has no crypto.subtle', { ...oneTry, timeout: 10_000 }, () => {
  for (let size = 0; size < 200; size++) {
    const message = new Uint8Array(size).map((_, i) => i * 7 + size);
    const key = new Uint8Array(32).map((_, i) => i * size);
    assert.equal(Buffer.from(hmacSha256(key, message)).toString('hex'), createHmac('sha256', key).update(message).digest('hex'));
  }
});

test('Frames with damaged bytes are refused or read, and nothing else happens', { timeout: 20_000 }, () => {
  const tables = { 'to-server': table('to-server'), 'to-client': table('to-client') };
  const valid = vectorFiles.flatMap(readVectors).filter(vector => vector.result === 'valid' && vector.hex.length < 400);
  let seed = 1;
  const random = (below: number) => ((seed = Math.imul(seed, 1_103_515_245) + 12_345 | 0) >>> 8) % below;
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 50_000; round++) {
    const { hex, direction } = valid[random(valid.length)]!;
    const bytes = bytesOf(hex).subarray(4);
    for (let damaged = 1 + random(3); damaged > 0; damaged--)
      bytes[random(bytes.length)] = random(256);
    try {
      decode(bytes, code => tables[direction].get(code));
      outcomes.read++;
    } catch (fault) {
      assert.ok(fault instanceof Violation, String(fault));
      outcomes.refused++;
    }
  }
  assert.ok(outcomes.read > 1000 && outcomes.refused > 1000, JSON.stringify(outcomes));
});
