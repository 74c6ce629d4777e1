/**
 * `npm run test:differential -- --count 200`: records new traces and compares how they print, byte for byte, with `go tool
 * trace -d=parsed`; the validator goes over each as well. Needs Go, and the trace generator in the folder that
 * GOPHERSCOPE_SHARED names (or in `shared` beside the repository).
 *
 *     --releases 1.22.12,1.27.0    records with these Go releases, which the module proxy has, instead of the one at hand
 *     --first 17                   begins with trace number 17: a number stands for a release, a workload and its settings
 *     --keep FOLDER                keeps the traces that differ
 *
 * GO_TRACE names the trace tool to compare with, if it is not that of the Go at hand.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Core } from '#core-wasm/host/core.ts';
import { eventWriter } from '#main/exporters/event-lines.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { fileSource } from '#main/trace-file/byte-source.ts';
import { repository } from './source-files.ts';
import { complaintsAbout } from './validate-traces.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    first: { type: 'string', default: '0' },
    releases: { type: 'string', default: '' },
    keep: { type: 'string' },
  },
});
// Wall-clock times print in the local zone.
process.env['TZ'] = 'UTC';

const generator = join(
  resolve(process.env['GOPHERSCOPE_SHARED'] ?? join(repository, '..', 'shared')),
  'tracegen',
);
const workloads = [
  'condition',
  'daisy',
  'gc',
  'http',
  'idle',
  'mix',
  'mutex',
  'pingpong',
  'pipeline',
  'select',
  'spawn',
  'syscall',
  'tasks',
  'timers',
];
const processors = [1, 2, 4, 8, 32];
const variants = ['plain', 'cpuprofile', 'traceallocfree'] as const;
const durations = ['20ms', '80ms', '200ms'];

interface Recording {
  readonly release: string;
  readonly workload: string;
  readonly processors: number;
  readonly variant: (typeof variants)[number];
  readonly duration: string;
}

/** Every workload meets every number of processors, and neighbours differ in all else. */
function recording(number: number, releases: readonly string[]): Recording {
  const round = Math.floor(number / workloads.length);
  return {
    release: releases[(number + round) % releases.length]!,
    workload: workloads[number % workloads.length]!,
    processors: processors[(number + round) % processors.length]!,
    variant: number % 4 === 3 ? variants[1 + (round % 2)]! : 'plain',
    duration: durations[round % durations.length]!,
  };
}

const nameOf = (made: Recording): string =>
  `${made.workload} of Go ${made.release} on ${made.processors} processors for ${made.duration}, ${made.variant}`;

const hasGo = (): boolean => spawnSync('go', ['version']).status === 0;
const goAtHand = (): string =>
  execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim().slice('go'.length);
const traceTool = (): string =>
  process.env['GO_TRACE'] ?? execFileSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' }).trim();

function build(release: string, folder: string): string {
  const program = join(folder, `tracegen-${release}`);
  const env = { ...process.env, GOTOOLCHAIN: `go${release}`, GOFLAGS: '-mod=mod' };
  execFileSync('go', ['build', '-o', program, '.'], { cwd: generator, env });
  return program;
}

function record(program: string, made: Recording, path: string): void {
  const args = ['-workload', made.workload, '-for', made.duration, '-o', path];
  if (made.variant === 'cpuprofile') args.push('-cpuprofile');
  const env: NodeJS.ProcessEnv = { ...process.env, GOMAXPROCS: String(made.processors) };
  if (made.variant === 'traceallocfree') env['GODEBUG'] = 'traceallocfree=1';
  execFileSync(program, args, { env, timeout: 60_000 });
}

/** Of what Go prints, and with which status it ends. */
function goDigest(tool: string, path: string): Promise<string> {
  const child = spawn(tool, ['-d=parsed', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  const hash = createHash('sha256');
  child.stdout.on('data', (data: Buffer) => hash.update(data));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(`${hash.digest('hex')} ${code === 0 ? 'ok' : 'broken'}`));
  });
}

/** The same of what we print. */
async function ownDigest(path: string): Promise<{ digest: string; events: number }> {
  const core = new Core();
  const writer = eventWriter(core, 'go');
  const hash = createHash('sha256');
  const file = await open(path);
  let end = 'ok';
  let events = 0;
  for await (const part of orderedTrace(fileSource(file), core, { name: path })) {
    if (part.kind === 'generation start') writer.enterGeneration();
    if (part.kind === 'events') {
      events += core.records.count;
      hash.update(writer.lines(part.snapshot));
    }
    if (part.kind === 'trouble' && !part.isEnd) end = 'broken';
  }
  await file.close();
  return { digest: `${hash.digest('hex')} ${end}`, events };
}

/** What is wrong with how the trace is read; nothing if `events` is the number of its events. */
async function examine(tool: string, path: string): Promise<{ events: number; complaint?: string }> {
  const [ours, gos] = [await ownDigest(path), await goDigest(tool, path)];
  if (ours.digest !== gos) {
    const again = await goDigest(tool, path);
    const complaint =
      again === gos ? 'prints otherwise than with Go' : 'prints differently each time with Go';
    return { events: ours.events, complaint };
  }
  const complaints = await complaintsAbout(path);
  return { events: ours.events, ...(complaints.length > 0 ? { complaint: complaints.join('; ') } : {}) };
}

async function main(): Promise<number> {
  if (!hasGo() || !existsSync(generator)) {
    console.log(
      `differential: this needs Go and the trace generator (${generator}), so nothing was compared.`,
    );
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-differential-'));
  const releases = values.releases === '' ? [goAtHand()] : values.releases.split(',');
  const programs = new Map(releases.map((release) => [release, build(release, folder)]));
  const tool = traceTool();
  let failed = 0;
  let events = 0;
  let size = 0;
  const path = join(folder, 'recorded.trace');
  for (let i = 0; i < Number(values.count); i++) {
    const number = Number(values.first) + i;
    const made = recording(number, releases);
    record(programs.get(made.release)!, made, path);
    const result = await examine(tool, path);
    events += result.events;
    size += statSync(path).size;
    if (result.complaint === undefined) continue;
    failed++;
    console.log(`trace ${number} (${nameOf(made)}): ${result.complaint}`);
    if (values.keep !== undefined) {
      mkdirSync(values.keep, { recursive: true });
      copyFileSync(path, join(values.keep, `${number}-${basename(path)}`));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`${events} events in ${(size / 1e6).toFixed(0)} MB, recorded with Go ${releases.join(', ')}`);
  console.log(`${Number(values.count) - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
