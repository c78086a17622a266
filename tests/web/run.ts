// Runs what the web has: its checks, its tests, two files at a time, and then what is measured, by itself. Ends with one line:
// web: N passed, N failed.
//
// A file with a test that fails is run again alone, three times, unless the test has to hold each time (oneTry.ts). If it
// passes all three, its failures are named as flaky and count as passed. Many failures are no chance.
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { relative, resolve } from 'node:path';
import { checks } from './checks.ts';

const root = resolve(import.meta.dirname, '../..');
const mostFailuresByChance = 10;

interface Failure {
  file: string;
  name: string;
  text: string;
  oneTry: boolean;
}

interface Result {
  passed: number;
  failures: Failure[];
}

/** What the runner reports of a test; `tags` is younger than its types. */
interface TestReport {
  file?: string;
  name: string;
  tags?: string[];
  details: { type?: string; error?: Error & { failureType?: string; cause?: unknown } };
}

let passed = 0;
let failed = 0;

for (const check of checks) {
  const fault = await check.run(root);
  fault === undefined ? passed++ : failed++;
  if (fault !== undefined) console.log(`${check.name} [FAIL]\n${indent(fault)}`);
}

const tested = await runTests(filesOf('sdk', 'page-logic', 'page'), { atOnce: 2, quiet: false });
const measured = await runTests(filesOf('measured'), { atOnce: 1, quiet: false });
const failures = [...tested.failures, ...measured.failures];
passed += tested.passed + measured.passed;
failed += failures.length;
if (failures.length <= mostFailuresByChance) await tryAgain(failures);

console.log(`web: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function filesOf(...folders: string[]): string[] {
  return folders.flatMap((folder) => globSync(`${import.meta.dirname}/${folder}/**/*.test.ts`)).sort();
}

async function tryAgain(failures: Failure[]): Promise<void> {
  for (const [file, ofFile] of Map.groupBy(failures, (failure) => failure.file)) {
    if (ofFile.some((failure) => failure.oneTry) || !(await passesThreeTimes(file))) continue;
    for (const { name, text } of ofFile) console.log(`flaky: ${relative(root, file)}: ${name}\n${indent(text)}`);
    passed += ofFile.length;
    failed -= ofFile.length;
  }
}

async function passesThreeTimes(file: string): Promise<boolean> {
  for (let time = 0; time < 3; time++) {
    if ((await runTests([file], { atOnce: 1, quiet: true })).failures.length > 0) return false;
  }
  return true;
}

async function runTests(paths: string[], { atOnce, quiet }: { atOnce: number; quiet: boolean }): Promise<Result> {
  const result: Result = { passed: 0, failures: [] };
  const say = (line: string): void => void (quiet || console.log(line));
  const stream = run({ files: paths, concurrency: atOnce, execArgv: ['--disable-warning=ExperimentalWarning'] });
  stream.on('test:pass', (report: TestReport) => {
    if (report.details.type !== 'suite') result.passed++;
  });
  stream.on('test:fail', (report: TestReport) => {
    const failure = failureOf(report);
    if (failure === undefined) return;
    result.failures.push(failure);
    say(`${relative(root, failure.file)}: ${failure.name} [FAIL]\n${indent(failure.text)}`);
  });
  // What tests measure. The runner's own figures have no file.
  stream.on('test:diagnostic', (data: { file?: string; message: string }) => {
    if (data.file !== undefined) say(`${relative(root, data.file)}: ${data.message}`);
  });
  stream.on('test:stdout', (data: { message: string }) => say(data.message.trimEnd()));
  stream.on('test:stderr', (data: { message: string }) => say(data.message.trimEnd()));
  for await (const _ of stream);
  return result;
}

/** A suite, or a test that failed through one within it, has no fault of its own. */
function failureOf(report: TestReport): Failure | undefined {
  const { error, type } = report.details;
  if (type === 'suite' || error?.failureType === 'subtestsFailed') return undefined;
  const cause = error?.cause ?? error;
  return {
    file: report.file ?? '',
    name: report.name,
    text: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    oneTry: report.tags?.includes('one-try') ?? false,
  };
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
