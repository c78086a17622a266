import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Chatd } from '../kit/chatd.ts';
import { root } from '../kit/program.ts';

const run = promisify(execFile);
const sdk = join(root, 'src', 'chatprotocol-js');
// The oldest Node that is supported, if the machine has it.
const oldNode = '/usr/bin/node';

test('The package is built, packed, and used outside of the tree, with its types', { timeout: 120_000 }, async t => {
  await using chatd = await Chatd.start();
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await run(process.execPath, ['build.ts'], { cwd: sdk });
  const npm = join(process.execPath, '..', '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const npmCommand = existsSync(npm) ? [process.execPath, npm] as const : ['npm'] as const;
  const npmRun = (...args: string[]) => run(npmCommand[0], [...npmCommand.slice(1), ...args], { cwd: folder });
  const { stdout } = await npmRun('pack', join(sdk, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}');
  await npmRun('install', '--offline', '--no-audit', '--no-fund', join(folder, stdout.trim().split('\n').at(-1)!));
  writeFileSync(join(folder, 'use.ts'), `
    import { ChatClient, frames, type Entry, type Post } from 'chatprotocol/node';
    const client = await ChatClient.connect({ address: '${chatd.address}', login: { kind: 'guest', name: 'ada', secret: new Uint8Array(32) } });
    const room = await client.join('lobby');
    const post: Post = room.post('from outside');
    const got: Entry[] = [];
    for await (const event of room.events())
      if (event.type === 'entries') {
        got.push(...event.entries);
        break;
      }
    const { sessions } = await client.request(frames.ownSessions, {});
    console.log(got[0]!.text, got[0]!.post === post, sessions.length);
    await client.close();
  `);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, 'use.ts', '--target', 'es2022', '--module', 'nodenext', '--strict', '--types', ''], { cwd: folder });
  for (const node of [process.execPath, ...(existsSync(oldNode) ? [oldNode] : [])]) {
    const { stdout: said } = await run(node, ['use.js'], { cwd: folder });
    assert.equal(said, 'from outside true 1\n', node);
  }
  t.diagnostic(`runs on ${process.version}${existsSync(oldNode) ? ` and ${(await run(oldNode, ['--version'])).stdout.trim()}` : ''}`);
});
