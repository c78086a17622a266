import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import type * as Sdk from '../../../src/chatprotocol-js/src/index.ts';
import { root } from './program.ts';

/** The SDK as the page's scripts see it. */
declare global {
  var sdk: typeof Sdk;
}

let script: Promise<string> | undefined;

/** The SDK as a script that sets `sdk`, as a page's bundler makes it. */
async function bundle(): Promise<string> {
  const result = await build({
    root: join(root, 'src', 'chatprotocol-js'),
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: 'src/index.ts', formats: ['iife'], name: 'sdk' } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  return (output as { output: { code: string }[] }).output[0]!.code;
}

/** A tab with the SDK in it, at a place of an origin where its server has nothing: what a test makes up has no address, and may not connect. */
export async function sdkTab(context: BrowserContext, origin: string): Promise<Page> {
  script ??= bundle();
  const code = await script;
  const page = await context.newPage();
  await page.goto(`${origin}/nothing`);
  await page.addScriptTag({ content: code });
  return page;
}
