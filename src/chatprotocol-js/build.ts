// Builds the package in dist, from where it is packed and published: inside the workspace the sources are used as they are.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const dist = join(folder, 'dist');
rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(folder, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' });
const { scripts: _, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
manifest['exports'] = {
  '.': { types: './index.d.ts', default: './index.js' },
  './node': { types: './node.d.ts', default: './node.js' },
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(folder, 'LICENSE'), join(dist, 'LICENSE'));
// Links into the tree lead nowhere from a package.
writeFileSync(join(dist, 'README.md'), readFileSync(join(folder, 'README.md'), 'utf8').replace(/\[([^\]]+)\]\(\.\.[^)]*\)/g, '$1'));
