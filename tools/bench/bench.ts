/**
 * Measures what users wait for, on one trace: `npm run bench -- TRACE [--rounds N] [--json] [--memory-curve]`. Where Go and
 * ../shared/readloop are there, Go's own reader runs over the same file, in turn with ours: machines differ and get tired, ratios less
 * so. See docs/performance.md.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildGoLoop, runGoLoop, type GoLoop } from './go-loop.ts';
import { measured, type Run } from './measured-process.ts';
import type { OpenTimes } from './open-trace.ts';
import { queryLatencies, type Latencies } from './query-latencies.ts';
import { reportText } from './report-text.ts';

const root = resolve(import.meta.dirname, '../..');
const shared = process.env['GOPHERSCOPE_SHARED'] ?? resolve(root, '../shared');

export interface Report {
  readonly trace: string;
  readonly traceBytes: number;
  readonly events: number;
  readonly rounds: number;
  /** Medians of the rounds; the app's reading, without the start of its process. */
  readonly ingestMs: number;
  readonly firstRowsMs: number;
  readonly peakBytes: number;
  readonly cacheBytes: number;
  /** `gopherscope info`, from start to end: the first time, and from the cache. */
  readonly commandMs: number;
  readonly commandAgainMs: number;
  readonly reopenMs: number;
  readonly latencies: readonly Latencies[];
  readonly go?: { readonly ms: number; readonly peakBytes: number };
  /** Of the first round. */
  readonly memoryCurve: Run['curve'];
}

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    'memory-curve': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [given] = positionals;
const rounds = Number(values.rounds);
if (given === undefined || !existsSync(given) || !(rounds >= 1)) {
  console.error('Usage: npm run bench -- TRACE [--rounds N] [--json] [--memory-curve]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-bench-'));
try {
  const report = await measureAll(resolve(given));
  console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report, values['memory-curve']));
} finally {
  rmSync(folder, { recursive: true });
}

async function measureAll(trace: string): Promise<Report> {
  const goProgram = buildGoLoop(join(shared, 'readloop'), folder);
  const opened: (OpenTimes & Run)[] = [];
  const go: GoLoop[] = [];
  for (let round = 0; round < rounds; round++) {
    opened.push(await openFresh(trace, join(folder, `cache-${round}`)));
    if (goProgram !== undefined) go.push(await runGoLoop(goProgram, trace));
    // The last one is asked afterwards.
    if (round < rounds - 1) rmSync(join(folder, `cache-${round}`), { recursive: true });
  }
  const cacheFolder = join(folder, `cache-${rounds - 1}`);
  const { reopenMs, latencies } = await queryLatencies(trace, cacheFolder);
  return {
    trace,
    traceBytes: statSync(trace).size,
    events: opened[0]!.events,
    rounds,
    ingestMs: median(opened.map((run) => run.readyMs)),
    firstRowsMs: median(opened.map((run) => run.firstRowsMs)),
    peakBytes: median(opened.map((run) => run.peakBytes)),
    cacheBytes: databaseBytes(cacheFolder),
    commandMs: await command(trace),
    commandAgainMs: await command(trace),
    reopenMs,
    latencies,
    ...(go.length === 0 ? {} : { go: goReport(go) }),
    memoryCurve: opened[0]!.curve,
  };
}

async function openFresh(trace: string, cacheFolder: string): Promise<OpenTimes & Run> {
  const run = await measured(process.execPath, [join(root, 'tools/bench/open-trace.ts'), trace, cacheFolder]);
  return { ...run, ...(JSON.parse(run.stdout) as OpenTimes) };
}

async function command(trace: string): Promise<number> {
  const args = [join(root, 'bin/gopherscope.mjs'), 'info', '--format', 'json', trace];
  return (await measured(process.execPath, args, { GOPHERSCOPE_CACHE_DIR: join(folder, 'command') })).ms;
}

function goReport(runs: readonly GoLoop[]) {
  const ms = median(runs.map((run) => run.seconds * 1000));
  return { ms, peakBytes: median(runs.map((run) => run.peakBytes)) };
}

function databaseBytes(cacheFolder: string): number {
  return readdirSync(cacheFolder)
    .filter((name) => /\.sqlite(-wal)?$/.test(name))
    .reduce((sum, name) => sum + statSync(join(cacheFolder, name)).size, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
