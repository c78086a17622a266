import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import type { Plugin, Rolldown } from 'vite';

const blocking = new URL('./src/first.js', import.meta.url);

/** Puts the blocking script into the built page, by a name with its hash; it knows the files of the parts. */
function blockingScript(): Plugin {
  return {
    name: 'blocking-script',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = Object.values(bundle).filter((file) => file.type === 'chunk');
      const source = readFileSync(blocking, 'utf8').replace(/'\/(src\/[^']+)'/gu, (_whole, path: string) => {
        const file = files.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${path}`));
        return `'./${file?.fileName ?? this.error(`no part is made of ${path}`)}'`;
      });
      const fileName = `assets/first-${hashOf(source).slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName, source });
      changePage(bundle, (page) => page.replace('/src/first.js', `./${fileName}`));
    },
  };
}

/** Lets a later part be imported as it is: there is nothing to preload for it, and the helper is larger than the call. */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}

/** Names the build by a hash of all its files, by which a page knows that its server has another one. */
function buildId(): Plugin {
  return {
    name: 'build-id',
    enforce: 'post',
    generateBundle(_, bundle) {
      const names = Object.keys(bundle).sort();
      const all = names.map((name) => {
        const file = bundle[name];
        return `${name}\n${file?.type === 'chunk' ? file.code : String(file?.source)}`;
      });
      changePage(bundle, (page) => page.replace('content="development"', `content="${hashOf(all.join('\n')).slice(0, 16)}"`));
    },
  };
}

function changePage(bundle: Rolldown.OutputBundle, change: (page: string) => string): void {
  const page = bundle['index.html'];
  if (page?.type === 'asset') {
    page.source = change(String(page.source));
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    // Modules that later parts share with the first one stay in its file, which is one request less.
    rolldownOptions: { preserveEntrySignatures: 'allow-extension' },
  },
  plugins: [plainImports(), blockingScript(), buildId()],
});
