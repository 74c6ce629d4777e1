/** What the program marked itself in some goroutines: the tasks they take part in, their regions, their logs. */
import type {
  GoroutineMarks,
  LogMark,
  RegionMark,
  TaskMark,
  TimelineMarks,
} from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import { logTexts } from '#common/log-chunk.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import type { MarkedLog, MarkedRegions, UserScan } from '#common/user-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import { isWithin } from '../block-parts.ts';
import { Names, taskMark } from './task-mark.ts';

type Asked = Params<'timeline.marks'>;

export function* timelineMarks(
  reader: TraceReader,
  userScan: UserScan,
  asked: Asked,
): Generator<void, TimelineMarks> {
  const { from, until, most } = asked;
  const { durationNs, revision } = reader.trace();
  const goroutines = [...new Set<number>(asked.goroutines)];
  const found = yield* userScan.marks({ goroutines, from, until, mostLogs: most + 1 });
  const texts = new LogTexts(reader);
  const names = new Names(reader);
  const regions = inOrder(found.regions, goroutines.length);
  const logs = byGoroutine(found.logs, goroutines.length);
  const marks = new Map<number, GoroutineMarks>();
  for (const [place, goroutine] of goroutines.entries()) {
    const tasks = reader.tasks.ofGoroutine(goroutine, { from, until }, durationNs, most + 1);
    const own = regions[place]!;
    const said = logs[place]!.filter(({ ns }) => isWithin(ns, from, until, durationNs));
    marks.set(goroutine, {
      goroutine: goId(goroutine),
      tasks: tasks
        .slice(0, most)
        .map((task) => taskMark(task, names))
        .sort(byStart),
      regions: regionMarks(found.regions, own, most, names),
      logs: said.slice(0, most).map((log) => logMark(log, texts)),
      more: Math.max(tasks.length, own.length, said.length) > most,
    });
    yield;
  }
  return { revision, goroutines: asked.goroutines.map((goroutine) => marks.get(goroutine)!) };
}

function byGoroutine(logs: readonly MarkedLog[], count: number): MarkedLog[][] {
  const found: MarkedLog[][] = Array.from({ length: count }, () => []);
  for (const log of logs) found[log.goroutine]!.push(log);
  return found;
}

/** The regions of each goroutine in order of their beginnings, of the same beginning the outer first. */
function inOrder(
  { count, goroutines, starts, ends, ordinals }: MarkedRegions,
  owners: number,
): Uint32Array[] {
  const rows = Uint32Array.from(goroutines.keys());
  const sorted = rows.sort((a, b) => {
    if (goroutines[a] !== goroutines[b]) return goroutines[a]! - goroutines[b]!;
    if (starts[a] !== starts[b]) return starts[a]! < starts[b]! ? -1 : 1;
    return ends[a] === ends[b] ? ordinals[b]! - ordinals[a]! : ends[a]! < ends[b]! ? 1 : -1;
  });
  let from = 0;
  return Array.from({ length: owners }, (_, owner) => {
    let until = from;
    while (until < count && goroutines[sorted[until]!] === owner) until++;
    const own = sorted.subarray(from, until);
    from = until;
    return own;
  });
}

/** In how many others each lies: whatever encloses one that touches the window touches it, too. */
function depths({ ends }: MarkedRegions, own: Uint32Array): Uint32Array {
  const open: number[] = [];
  return own.map((region) => {
    while (open.length > 0 && ends[open.at(-1)!]! < ends[region]!) open.pop();
    return open.push(region) - 1;
  });
}

/** If they are too many the longest, in the same order. */
function regionMarks(regions: MarkedRegions, own: Uint32Array, most: number, names: Names): RegionMark[] {
  const { starts, ends, tasks } = regions;
  const depth = depths(regions, own);
  const lengths = Float64Array.from(own, (region) => ends[region]! - starts[region]!);
  const shortest = own.length > most ? lengths.toSorted().at(-most)! : -Infinity;
  let asLong = most - lengths.reduce((so, length) => so + Number(length > shortest), 0);
  const marks: RegionMark[] = [];
  for (const [i, region] of own.entries()) {
    if (lengths[i]! < shortest || (lengths[i] === shortest && asLong-- <= 0)) continue;
    marks.push({
      name: names.get(regions.names[region]!),
      fromNs: starts[region] === -Infinity ? NaN : starts[region]!,
      untilNs: ends[region] === Infinity ? NaN : ends[region]!,
      depth: depth[i]!,
      task: String(tasks[region]!),
    });
  }
  return marks;
}

const byStart = (a: TaskMark, b: TaskMark): number =>
  (Number.isNaN(a.fromNs) ? -1 : a.fromNs) - (Number.isNaN(b.fromNs) ? -1 : b.fromNs);

const logMark = ({ ns, task, chunk, at }: MarkedLog, texts: LogTexts): LogMark => ({
  atNs: traceNs(ns),
  ...texts.get(chunk, at),
  task: String(task),
});

const mostChunks = 50;

/** The texts of logs, which mostly lie in the same few chunks. */
class LogTexts {
  readonly #reader: TraceReader;
  readonly #chunks = new Map<number, Uint8Array>();

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  get(ix: number, at: number): ReturnType<typeof logTexts> {
    const chunk = this.#chunks.get(ix) ?? this.#reader.logChunk(ix)!;
    if (this.#chunks.size >= mostChunks) this.#chunks.clear();
    this.#chunks.set(ix, chunk);
    return logTexts(chunk, at);
  }
}
