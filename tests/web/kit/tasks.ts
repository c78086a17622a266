import type { Page } from 'playwright-core';
import { launched } from './chromium.ts';

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** The processor's time that it took, in microseconds. */
  tdur?: number;
  args: { name?: string };
}

/**
 * Does something, and tells the longest task of the page's main thread meanwhile, in milliseconds of the processor: what others
 * take of the machine makes no task longer.
 */
export async function longestTask(tab: Page, work: () => Promise<unknown>): Promise<number> {
  const browser = await launched();
  await browser.startTracing(tab, { categories: ['toplevel'] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf));
  const tasks = traceEvents.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && main.has(threadOf(event)));
  if (tasks.length === 0) throw new Error('the trace has no task of the page');
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0);
}
