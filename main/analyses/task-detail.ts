/** One user task: its events in order of time, and what goroutines did in its regions. */
import type { AnalysisParams, AnalysisResult } from '#common/analyses/registry.ts';
import type { TaskEvent, TaskRegionRow, TaskRow } from '#common/analyses/task-analysis.ts';
import { goId } from '#common/ids.ts';
import { logTexts } from '#common/log-chunk.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { FoundLogs, RegionFilter, RegionPoints, RegionSums } from '#common/user-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { StoredTask } from '#db/task-reader.ts';
import type { AnalysisInputs } from './inputs.ts';
import { mergedTimes, RegionChunks, timesOf } from './region-times.ts';
import { selectionOf } from './selection.ts';

type Result = Extract<AnalysisResult<'tasks'>, { kind: 'task' }>;

/** Events between two steps. */
const eventsAtOnce = 1000;

export function* taskDetail(
  inputs: AnalysisInputs,
  params: AnalysisParams<'tasks'>,
  task: StoredTask,
  rowsOf: (tasks: readonly StoredTask[]) => TaskRow[],
  limit: number,
): Generator<void, Result> {
  const { reader, userScan } = inputs;
  const { from, until, goroutines, groups, text, offset = 0 } = params;
  const selection = selectionOf(inputs, { from, until, goroutines, groups, text });
  const filter: RegionFilter = {
    traceEnd: reader.trace().durationNs,
    tasks: BigInt64Array.of(BigInt.asIntN(64, task.id)),
    isOwn: true,
    ...(selection.isEverybody ? {} : { hasOwner: (goroutine: number) => selection.has(goroutine) }),
  };
  const points = yield* userScan.regionPoints(filter);
  const logs = yield* userScan.logs({ task: task.id });
  const timeline = new Timeline(reader, task, points, logs);
  const events: TaskEvent[] = [];
  let eventCount = 0;
  let before = 0;
  for (const at of timeline.inOrder()) {
    if (++eventCount % eventsAtOnce === 0) yield;
    const { ns } = at;
    if (ns < selection.from || ns > selection.until || !selection.has(at.goroutine())) {
      eventCount--;
      continue;
    }
    if (eventCount > offset && (limit === 0 || eventCount <= offset + limit))
      events.push({
        ns: traceNs(ns),
        elapsedNs: durNs(ns - before),
        goroutine: goId(at.goroutine()),
        ...at.what(),
      });
    before = ns;
  }
  points.close();
  logs.close();
  return {
    kind: 'task',
    task: rowsOf([task])[0]!,
    children: rowsOf(reader.tasks.children(task.id, 0, limit)),
    regions: regionRows(reader, points.groups),
    eventCount,
    events,
  };
}

type What = Pick<TaskEvent, 'kind' | 'name' | 'message'>;

interface Moment {
  readonly ns: number;
  readonly goroutine: () => number;
  readonly what: () => What;
}

/** Beginning, end, regions and logs, each in order of time, as one. */
class Timeline {
  readonly #reader: TraceReader;
  readonly #task: StoredTask;
  readonly #points: RegionPoints;
  readonly #logs: FoundLogs;
  readonly #regions: RegionChunks;
  readonly #logChunks = new Map<number, Uint8Array>();

  constructor(reader: TraceReader, task: StoredTask, points: RegionPoints, logs: FoundLogs) {
    this.#reader = reader;
    this.#task = task;
    this.#points = points;
    this.#logs = logs;
    this.#regions = new RegionChunks(reader);
  }

  *inOrder(): Generator<Moment> {
    const ends = this.#ends();
    let [end, point, log] = [0, 0, 0];
    const nsAt = (list: { readonly count: number; ns(i: number): number }, i: number): number =>
      i < list.count ? list.ns(i) : Infinity;
    for (;;) {
      const [endNs, pointNs, logNs] = [
        ends[end]?.ns ?? Infinity,
        nsAt(this.#points, point),
        nsAt(this.#logs, log),
      ];
      const next = Math.min(endNs, pointNs, logNs);
      if (next === Infinity) return;
      if (endNs === next) yield ends[end++]!;
      else if (logNs === next) yield this.#log(log++);
      else yield this.#point(point++);
    }
  }

  #ends(): Moment[] {
    const { nameIx, startNs, endNs, startGoroutine, endGoroutine } = this.#task;
    const moment = (kind: 'begin' | 'end', ns: number, goroutine: number | null): Moment => ({
      ns,
      goroutine: () => goroutine ?? -1,
      what: () => ({ kind, name: this.#reader.name(nameIx) }),
    });
    return [
      ...(startNs === null ? [] : [moment('begin', startNs, startGoroutine)]),
      ...(endNs === null ? [] : [moment('end', endNs, endGoroutine)]),
    ].sort((a, b) => a.ns - b.ns);
  }

  #point(i: number): Moment {
    return {
      ns: this.#points.ns(i),
      goroutine: () => this.#points.at(i).goroutine,
      what: () => {
        const { chunk, at } = this.#points.at(i);
        const { nameIx } = this.#regions.region(chunk, at);
        return {
          kind: this.#points.isEnd(i) ? 'region-end' : 'region-begin',
          name: this.#reader.name(nameIx),
        };
      },
    };
  }

  #log(i: number): Moment {
    return {
      ns: this.#logs.ns(i),
      goroutine: () => this.#logs.goroutine(i),
      what: () => {
        const { chunk, at } = this.#logs.place(i);
        const packed = this.#logChunks.get(chunk) ?? this.#reader.logChunk(chunk)!;
        if (this.#logChunks.size >= mostChunks) this.#logChunks.clear();
        this.#logChunks.set(chunk, packed);
        const { category, message } = logTexts(packed, at);
        return { kind: 'log', name: category, message };
      },
    };
  }
}

const mostChunks = 50;

/** By type, those with the longest time first. */
function regionRows(reader: TraceReader, groups: readonly RegionSums[]): TaskRegionRow[] {
  const byName = new Map<number, RegionSums[]>();
  for (const group of groups) byName.set(group.nameIx, [...(byName.get(group.nameIx) ?? []), group]);
  const rows = [...byName].map(([nameIx, own]): TaskRegionRow => {
    const sum = (
      column: 'count' | 'lengthNs' | 'totalNs' | 'execNs' | 'schedWaitNs' | 'syscallNs' | 'syscallBlockNs',
    ): number => own.reduce((so, group) => so + group[column], 0);
    return {
      type: reader.name(nameIx),
      count: sum('count'),
      durationNs: durNs(sum('lengthNs')),
      ...timesOf(reader, {
        totalNs: sum('totalNs'),
        execNs: sum('execNs'),
        schedWaitNs: sum('schedWaitNs'),
        syscallNs: sum('syscallNs'),
        syscallBlockNs: sum('syscallBlockNs'),
        waits: mergedTimes(own.map(({ waits }) => waits)),
        ranges: mergedTimes(own.map(({ ranges }) => ranges)),
      }),
    };
  });
  return rows.sort((a, b) => b.durationNs - a.durationNs);
}
