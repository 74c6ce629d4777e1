/**
 * Measures what users wait for, on one trace: `npm run bench -- TRACE [--json]`. Where Go and ../shared/readloop are there, Go's
 * own reader runs over the same file in the same run, keeping nothing: machines differ, ratios less so.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { goroutineColumns, groupColumns } from '#common/analyses/goroutine-results.ts';
import type { LoadProgress } from '#common/rpc/contract.ts';
import { Core } from '#core-wasm/host/core.ts';
import { createHost, type Host } from '#main/host/host.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { fileSource } from '#main/trace-file/byte-source.ts';

const root = resolve(import.meta.dirname, '../..');
const shared = process.env['GOPHERSCOPE_SHARED'] ?? resolve(root, '../shared');

interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

const args = process.argv.slice(2);
const trace = args.find((arg) => !arg.startsWith('-'));
if (trace === undefined || !existsSync(trace)) {
  console.error('Usage: npm run bench -- TRACE [--json]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-bench-'));
try {
  const rows = [
    ...(await measureOrdering(trace)),
    ...(await measureCommand(trace)),
    ...(await measureHost(trace)),
    ...measureGo(trace),
  ];
  console.log(
    args.includes('--json') ? JSON.stringify({ bytes: statSync(trace).size, rows }, null, 2) : table(rows),
  );
} finally {
  rmSync(folder, { recursive: true });
}

function table(rows: readonly Measurement[]): string {
  const ingest = rows.find((row) => row.what === 'ingest');
  const go = rows.find((row) => row.what === 'Go’s bare read loop');
  const width = Math.max(...rows.map((row) => row.what.length));
  const lines = rows.map(
    (row) =>
      `${row.what.padEnd(width)}  ${row.value.toFixed(row.value < 10 ? 2 : 1).padStart(9)} ${row.unit}`,
  );
  for (const row of [rows.find(({ what }) => what === 'ordering alone'), ingest])
    if (row && go)
      lines.push(`${`${row.what} ÷ Go’s`.padEnd(width)}  ${(row.value / go.value).toFixed(2).padStart(9)}`);
  return lines.join('\n');
}

/** Decoding and ordering alone, on one thread: what Go's bare read loop does. */
async function measureOrdering(path: string): Promise<Measurement[]> {
  const core = new Core();
  const file = await open(path);
  const started = performance.now();
  for await (const part of orderedTrace(fileSource(file), core)) if (part.kind === 'trouble') break;
  const seconds = (performance.now() - started) / 1000;
  await file.close();
  return [{ what: 'ordering alone', value: seconds, unit: 's' }];
}

/** The command line, from nothing and from the cache: wall time, peak memory of the process, size of the cache. */
async function measureCommand(path: string): Promise<Measurement[]> {
  const cache = join(folder, 'command');
  const first = await runInfo(path, cache);
  const again = await runInfo(path, cache);
  const cacheBytes = readdirSync(cache).reduce((sum, name) => sum + statSync(join(cache, name)).size, 0);
  return [
    { what: 'ingest', value: first.seconds, unit: 's' },
    { what: 'events a second', value: first.events / first.seconds / 1e6, unit: 'M' },
    { what: 'peak memory', value: first.peakBytes / 1e6, unit: 'MB' },
    { what: 'cache', value: cacheBytes / 1e6, unit: 'MB' },
    { what: 'trace', value: statSync(path).size / 1e6, unit: 'MB' },
    { what: 'again from the cache', value: again.seconds, unit: 's' },
  ];
}

async function runInfo(
  path: string,
  cache: string,
): Promise<{ seconds: number; peakBytes: number; events: number }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, 'bin/gopherscope.mjs'), 'info', '--format', 'json', path],
    {
      env: { ...process.env, GOPHERSCOPE_CACHE_DIR: cache },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let peakBytes = 0;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, highWater(child.pid))), 20);
  const output: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  await new Promise((done) => child.once('close', done));
  clearInterval(watch);
  const { events } = JSON.parse(Buffer.concat(output).toString()) as { events: number };
  return { seconds: (performance.now() - started) / 1000, peakBytes, events };
}

/** The most memory a process ever had, as Linux counts it; 0 elsewhere. */
function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The app's host: until the first rows are there, and how long questions take once all is read. */
async function measureHost(path: string): Promise<Measurement[]> {
  const host = createHost({
    kind: 'browser',
    cacheFolder: join(folder, 'host'),
    dataFolder: join(folder, 'data'),
  });
  const started = performance.now();
  const { trace: key } = await host.openTrace(path);
  let firstRows = 0;
  const onProgress = (progress: LoadProgress): void => {
    if (firstRows === 0 && progress.revision > 0) firstRows = performance.now() - started;
  };
  const signal = new AbortController().signal;
  await host.handlers['trace.watch']({ trace: key }, { signal, report: onProgress });
  const queries = [...(await queryTimes(host, key))].sort((a, b) => a - b);
  await host.dispose();
  const at = (share: number): number =>
    queries[Math.min(queries.length - 1, Math.floor(queries.length * share))]!;
  return [
    { what: 'first rows', value: firstRows / 1000, unit: 's' },
    { what: 'queries, p50', value: at(0.5), unit: 'ms' },
    { what: 'queries, p95', value: at(0.95), unit: 'ms' },
    { what: 'queries, max', value: at(1), unit: 'ms' },
  ];
}

/** Pages of both tables, by every column, at the beginning, the middle and the end; in milliseconds. */
async function queryTimes(
  host: Host,
  trace: Awaited<ReturnType<Host['openTrace']>>['trace'],
): Promise<number[]> {
  const context = { signal: new AbortController().signal, report: () => undefined };
  const times: number[] = [];
  const timed = async <T>(call: () => Promise<T> | T): Promise<T> => {
    const started = performance.now();
    const result = await call();
    times.push(performance.now() - started);
    return result;
  };
  const page = { trace, descending: true, filter: '', limit: 50 };
  for (const sort of groupColumns)
    await timed(() => host.handlers['goroutines.groups']({ ...page, sort, offset: 0 }, context));
  for (const sort of goroutineColumns) {
    const first = await timed(() => host.handlers['goroutines.list']({ ...page, sort, offset: 0 }, context));
    for (const share of [0.5, 0.999]) {
      const offset = Math.floor(first.rowCount * share);
      await timed(() => host.handlers['goroutines.list']({ ...page, sort, offset }, context));
    }
  }
  return times;
}

function measureGo(path: string): Measurement[] {
  const source = join(shared, 'readloop');
  if (!existsSync(source) || spawnSync('go', ['version']).status !== 0) return [];
  const copy = join(folder, 'readloop');
  cpSync(source, copy, { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', copy]);
  const quiet = { cwd: copy, stdio: 'ignore' } as const;
  if (spawnSync('go', ['mod', 'tidy'], quiet).status !== 0) return [];
  if (spawnSync('go', ['build', '-o', 'loop', '.'], quiet).status !== 0) return [];
  const output = execFileSync(join(copy, 'loop'), [resolve(path)], { encoding: 'utf8' });
  return [{ what: 'Go’s bare read loop', value: Number(/([\d.]+) s,/.exec(output)?.[1]), unit: 's' }];
}
