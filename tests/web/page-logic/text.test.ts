import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWord, lineOf } from '../../../src/chatprotocol-web/src/text/commands.ts';
import { complete, emojiProposals, nameProposals, openWordAt } from '../../../src/chatprotocol-web/src/text/completion.ts';
import { dayOf, daysBetween, startOf, untilMidnight } from '../../../src/chatprotocol-web/src/text/days.ts';
import { emojiNames } from '../../../src/chatprotocol-web/src/text/emoji.ts';
import { piecesOf } from '../../../src/chatprotocol-web/src/text/links.ts';
import { mentionsOf } from '../../../src/chatprotocol-web/src/text/mentions.ts';
import { hashOf, routeOf } from '../../../src/chatprotocol-web/src/text/route.ts';
import { initialOf, visibleName, visibleText } from '../../../src/chatprotocol-web/src/text/visible.ts';

const limit = { timeout: 5_000 };

function linksOf(text: string): (string | undefined)[] {
  return piecesOf(text).filter((piece) => piece.href !== undefined).map((piece) => piece.href);
}

test('A link ends before the punctuation of the sentence, and at that of Chinese', limit, () => {
  assert.deepEqual(linksOf('See https://example.org/a_(b), or https://example.org/c.'), ['https://example.org/a_(b)', 'https://example.org/c']);
  assert.deepEqual(linksOf('看（https://example.org/d）。还有https://example.org/e，好'), ['https://example.org/d', 'https://example.org/e']);
});

test('Nothing but http, https and mail addresses becomes a link', limit, () => {
  for (const text of [
    'javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'http://', 'https://user:secret@example.org/',
    'vbscript:x', 'ws://example.org',
  ]) {
    assert.deepEqual(linksOf(text), [], text);
  }
  assert.deepEqual(linksOf('mailto:ann@example.org'), ['mailto:ann@example.org']);
});

test('A link cannot be turned around, nor pass for a host of other letters', limit, () => {
  assert.deepEqual(linksOf('https://example.org/\u202egpj.exe'), ['https://example.org/']);
  const [piece] = piecesOf('https://ехаmple.org/');
  assert.match(piece?.text ?? '', /^https:\/\/xn--/u);
});

test('The pieces of a text together are the text', limit, () => {
  const text = 'one https://example.org/x, two\nthree';
  assert.equal(piecesOf(text).map((piece) => piece.text).join(''), text);
});

test('A name is mentioned by @ or as a word, and not within another word', limit, () => {
  assert.deepEqual(mentionsOf('hi @Bob, and bob', 'bob'), [[3, 7], [13, 16]]);
  assert.deepEqual(mentionsOf('bobcat, kebob, bob_2', 'bob'), []);
});

test('A name of a script without spaces is mentioned amid its neighbours', limit, () => {
  assert.deepEqual(mentionsOf('请问@王二在吗', '王二'), [[2, 5]]);
  assert.deepEqual(mentionsOf('王二你好', '王二'), [[0, 2]]);
});

test('A word is open for proposals by its first character, also behind Chinese', limit, () => {
  assert.deepEqual(openWordAt('hello @an', 9), { kind: 'name', start: 6, query: 'an' });
  assert.deepEqual(openWordAt('你好@王', 4), { kind: 'name', start: 2, query: '王' });
  assert.deepEqual(openWordAt('so :smi', 7), { kind: 'emoji', start: 3, query: 'smi' });
  assert.deepEqual(openWordAt('/jo', 3), { kind: 'command', start: 0, query: 'jo' });
  assert.equal(openWordAt('mail ann@example', 16), undefined);
  assert.equal(openWordAt('at 12:30', 8), undefined);
});

test('A chosen proposal takes the place of the open word, and what is behind it stays', limit, () => {
  const text = 'hello @an, yes';
  const word = openWordAt(text, 9);
  assert.ok(word);
  assert.deepEqual(complete(text, 9, word, '@ann '), { text: 'hello @ann , yes', caret: 11 });
});

test('Proposals that begin with what is typed come first, and no name comes twice', limit, () => {
  assert.deepEqual(nameProposals('an', ['ivan', 'ann', 'ann']).map((proposal) => proposal.label), ['ann', 'ivan']);
  assert.equal(emojiProposals('tada', emojiNames())[0]?.insert, '🎉');
});

test('A line that begins with a slash is a command, with two it is a text', limit, () => {
  assert.deepEqual(lineOf('/JOIN  lab '), { kind: 'command', name: 'join', words: 'lab' });
  assert.deepEqual(lineOf('/me  waves '), { kind: 'text', text: 'waves', action: true });
  assert.deepEqual(lineOf('/me'), { kind: 'command', name: 'me', words: '' });
  assert.deepEqual(lineOf('//etc'), { kind: 'text', text: '/etc' });
  assert.deepEqual(lineOf('/frobnicate'), { kind: 'unknown', name: 'frobnicate' });
  assert.deepEqual(lineOf('/usr/bin'), { kind: 'text', text: '/usr/bin' });
  assert.deepEqual(firstWord('bob  how are\nyou'), { word: 'bob', rest: 'how are\nyou' });
});

test('An address leads to its room and message, and what makes no sense to the start', limit, () => {
  assert.deepEqual(routeOf('#/lobby'), { at: 'room', address: 'lobby' });
  assert.deepEqual(routeOf('#/%E5%AE%9E%E9%AA%8C/42'), { at: 'room', address: '实验', seq: 42 });
  assert.deepEqual(routeOf('#/lobby/-1'), { at: 'room', address: 'lobby' });
  assert.deepEqual(routeOf('#/invitation/chat_i_abc123'), { at: 'invitation', code: 'chat_i_abc123' });
  assert.deepEqual(routeOf('#/%'), { at: 'room', address: '%' });
  assert.deepEqual(routeOf(''), { at: 'start' });
  for (const address of ['lobby', '@ann', 'a/b', '实验', '%']) {
    assert.deepEqual(routeOf(hashOf(address, 7)), { at: 'room', address, seq: 7 });
  }
});

test('Controls and what is invisible can be seen in a name, and controls in a text', limit, () => {
  assert.equal(visibleName('a\u202eb\u200bc\u001b'), 'a⟨U+202E⟩b⟨U+200B⟩c␛');
  assert.equal(visibleText('a\u001b[31mb\r\nc'), 'a␛[31mb\nc');
  assert.equal(initialOf('👩‍💻dev'), '👩‍💻');
});

test('A date is the local one, and a day may have 23 or 25 hours', limit, () => {
  const zone = process.env.TZ;
  process.env.TZ = 'Europe/Berlin';
  try {
    assert.equal(dayOf(new Date(2026, 2, 29, 0, 30).getTime()), '2026-03-29');
    assert.equal(untilMidnight(new Date(2026, 2, 29).getTime()), 23 * 3_600_000);
    assert.equal(untilMidnight(new Date(2026, 9, 25).getTime()), 25 * 3_600_000);
    assert.equal(daysBetween('2026-03-28', '2026-03-30'), 2);
    assert.equal(dayOf(startOf('2026-10-25')), '2026-10-25');
  } finally {
    process.env.TZ = zone ?? '';
  }
});
