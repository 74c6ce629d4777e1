/**
 * `npm run fuzz -- --count 1000 --seed 7 --only shop-go1.26`: reads that many damaged traces and reports every one that ends
 * otherwise than in events or a diagnostic: by a trap, an exception, after more than 2 s, or with more than 300 MB. A case
 * follows from the seed and its number: `--first 17 --count 1 --seed 7 --keep FILE` runs number 17 alone and writes its trace.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Bad } from './fuzz-child.ts';
import { mutant, origins } from './mutant.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
  },
});
const hangMs = 20_000;
const child = join(import.meta.dirname, 'fuzz-child.ts');
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-fuzz-'));

interface Run {
  /** The case that began last. */
  last: number;
  readonly bad: Set<number>;
}

function complain(run: Run, index: number, error: string, story?: string): void {
  run.bad.add(index);
  console.log(`case ${index} of seed ${values.seed}${story === undefined ? '' : ` (${story})`}: ${error}`);
}

/** Runs cases in a process of their own until all are through, or one of them ends the process. */
function runFrom(run: Run, from: number, until: number): Promise<void> {
  const argv = [child, values.seed, String(from), String(until), folder, values.only];
  const worker = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let isHanging = false;
  let errors = '';
  const hang = (): void => {
    isHanging = true;
    worker.kill('SIGKILL');
  };
  let timer = setTimeout(hang, hangMs);
  worker.stderr.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-2000)));
  createInterface({ input: worker.stdout }).on('line', (line) => {
    const [, word, index, json] = /^(case|bad|again) (\d+) ?(.*)$/.exec(line) ?? [];
    if (word === 'bad') {
      const { story, error } = JSON.parse(json!) as Bad;
      complain(run, Number(index), error, story);
    } else run.last = Number(index) - (word === 'again' ? 1 : 0);
    clearTimeout(timer);
    timer = setTimeout(hang, hangMs);
  });
  return new Promise((resolve) => {
    worker.on('close', (code, signal) => {
      clearTimeout(timer);
      if (isHanging) complain(run, run.last, `no end after ${hangMs / 1000} s`);
      else if (code !== 0) complain(run, run.last, `the process ended (${signal ?? code}): ${errors}`);
      resolve();
    });
  });
}

async function main(): Promise<void> {
  const first = Number(values.first);
  const until = first + Number(values.count);
  if (values.keep !== undefined)
    writeFileSync(values.keep, mutant(origins(values.only), Number(values.seed), first).data);
  const run: Run = { last: first - 1, bad: new Set() };
  const startedAt = performance.now();
  while (run.last < until - 1) await runFrom(run, run.last + 1, until);
  rmSync(folder, { recursive: true, force: true });
  const seconds = (performance.now() - startedAt) / 1000;
  const count = until - first;
  console.log(
    `${count} cases of seed ${values.seed} in ${seconds.toFixed(0)} s (${(count / seconds).toFixed(0)} a second)`,
  );
  console.log(`${count - run.bad.size} passed, ${run.bad.size} failed`);
  process.exitCode = run.bad.size > 0 ? 1 : 0;
}

await main();
