/** Stretches of goroutines: inside of user regions, or while they took part in a user task. */
import { eachRegion } from '#common/region-chunk.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Intervals } from '#common/interval.ts';

/**
 * Of each goroutine the outermost of its regions of a name, from the trace's beginning or to its end where they are open: in order
 * of beginning and end, without those that begin inside one before (as Go's profiles of regions; source: cmd/trace/pprof.go).
 */
export function regionIntervals(
  reader: TraceReader,
  name: string,
  traceEnd: number,
): ReadonlyMap<number, Intervals> {
  const found = new Map<number, [number, number][]>();
  const isWanted = kept((nameIx: number) => reader.name(nameIx) === name);
  for (const { ix, count } of reader.regionChunks())
    eachRegion(reader.regionChunk(ix)!, count, (goroutine, _, { nameIx, startNs, endNs }) => {
      if (!isWanted(nameIx)) return;
      const own = found.get(goroutine) ?? [];
      own.push([startNs ?? 0, endNs ?? traceEnd]);
      found.set(goroutine, own);
    });
  return new Map([...found].map(([goroutine, own]) => [goroutine, outermost(own)]));
}

function outermost(regions: [number, number][]): Intervals {
  const flat: number[] = [];
  let last = 0;
  for (const [start, end] of regions.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (last > start) continue;
    flat.push(start, end);
    last = end;
  }
  return flat;
}

/** `task`: a number in decimal, or a name; of several tasks with the name all. Undefined: there is none. */
export function taskIntervals(
  reader: TraceReader,
  task: string,
  traceEnd: number,
): ReadonlyMap<number, Intervals> | undefined {
  const parts = reader.partInTasks(task);
  if (!parts) return undefined;
  const found = new Map<number, [number, number][]>();
  for (const [goroutine, startNs, endNs] of parts) {
    const own = found.get(goroutine) ?? [];
    own.push([startNs ?? 0, endNs ?? traceEnd]);
    found.set(goroutine, own);
  }
  return new Map([...found].map(([goroutine, own]) => [goroutine, union(own)]));
}

function union(stretches: [number, number][]): Intervals {
  const flat: number[] = [];
  for (const [start, end] of stretches.sort((a, b) => a[0] - b[0])) {
    const last = flat.length - 1;
    if (last > 0 && start <= flat[last]!) flat[last] = Math.max(flat[last]!, end);
    else flat.push(start, end);
  }
  return flat;
}

/** What two lists of stretches have in common. */
export function commonIntervals(a: Intervals, b: Intervals): Intervals {
  const common: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(a[i]!, b[j]!);
    const end = Math.min(a[i + 1]!, b[j + 1]!);
    if (start < end) common.push(start, end);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return common;
}

function kept<A, B>(compute: (a: A) => B): (a: A) => B {
  const known = new Map<A, B>();
  return (a) => {
    let value = known.get(a);
    if (value === undefined) known.set(a, (value = compute(a)));
    return value;
  };
}
