/** What lanes do in a window, from a bounded amount of data: exact spans where they are few, else buckets. */
import type { BucketLane, ExactLane, TimelineWindow } from '#common/analyses/timeline-results.ts';
import type { GoroutineTable } from '#common/goroutine-table.ts';
import { bucketGrid } from '#common/lane-buckets.ts';
import { statesOfLane } from '#common/lane-kinds.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { TraceReader } from '#db/reader.ts';
import { goroutineSources } from './goroutine-source.ts';
import { laneSource, type LaneSource } from './lane-source.ts';
import { levelFor } from './level-blocks.ts';
import { exactLane, joinedSpans, withNames, type LaneSpan } from './span-columns.ts';
import { StoredSpans } from './stored-spans.ts';

/** Beyond so many generations no lane's spans are looked at one by one. */
const mostGenerations = 64;

export const timelineWindow = (
  reader: TraceReader,
  table: GoroutineTable,
  params: Params<'timeline.window'>,
): TimelineWindow =>
  reader.consistently(() => {
    const { columns, lanes } = params;
    const { durationNs, revision } = reader.trace();
    const level = levelFor(params.from, params.until, columns);
    const from = Math.max(0, params.from);
    const until = Math.max(from, Math.min(durationNs, params.until));
    const grid = bucketGrid(level, from, until, 0);
    const sources = sourcesOf(reader, table, lanes, { from, until }, grid.level);
    const mayBeExact = reader.generationCount(from, until) <= mostGenerations;
    const pictures = lanes.map(({ kind }, i) => {
      const source = sources[i];
      if (!source) return exactLane([]);
      const exact = mayBeExact ? exactSpans(source, from, until, columns) : undefined;
      return exact ?? buckets(source, from, until, level, statesOfLane[kind].length);
    });
    const { first, count } = grid;
    return {
      revision,
      buckets: { level, first, count },
      lanes: pictures,
      reasonNames: reader.reasons(),
      goroutineNames: named(pictures, 'goroutines', (id) => reader.name(table.nameOf(id) ?? 0)),
      leaves: named(pictures, 'stacks', (stack) => reader.leaf(stack)?.function ?? ''),
    };
  });

/** What the numbers in a column of exact spans are called; 0 and what is not there have no name. */
function named(
  lanes: readonly (ExactLane | BucketLane)[],
  column: 'goroutines' | 'stacks',
  nameOf: (number: number) => string,
): Readonly<Record<number, string>> {
  const numbers = new Set<number>();
  for (const lane of lanes) if (lane.kind === 'exact') for (const number of lane[column]) numbers.add(number);
  numbers.delete(0);
  numbers.delete(NaN);
  return Object.fromEntries([...numbers].map((number) => [number, nameOf(number)]));
}

/** Goroutines are asked for as far as whole buckets reach. */
function sourcesOf(
  reader: TraceReader,
  table: GoroutineTable,
  lanes: Params<'timeline.window'>['lanes'],
  { from, until }: { readonly from: number; readonly until: number },
  level: number,
): readonly (LaneSource | undefined)[] {
  const stored = new StoredSpans(reader);
  const { first, count } = bucketGrid(level, from, until, 0);
  const whole = {
    from: Math.min(from, first * 2 ** level),
    until: Math.max(until, (first + count) * 2 ** level),
  };
  const ids = lanes.filter(({ kind }) => kind === 'goroutine').map(({ id }) => id);
  const goroutines = ids.length === 0 ? [] : goroutineSources(reader, table, ids, whole);
  return lanes.map(({ kind, id }) =>
    kind === 'goroutine' ? goroutines.shift() : laneSource(stored, kind, id),
  );
}

/** `undefined`: there are more than `most`. */
function exactSpans(source: LaneSource, from: number, until: number, most: number): ExactLane | undefined {
  if (source.hasMore(from, until, most)) return undefined;
  const found: LaneSpan[] = [];
  source.each(from, until, (span) => found.push(span) <= 2 * most);
  const joined = found.length > 2 * most ? found : joinedSpans(found);
  if (joined.length > most) return undefined;
  return source.nameOf ? withNames(joined, source.nameOf) : exactLane(joined);
}

function buckets(source: LaneSource, from: number, until: number, level: number, states: number): BucketLane {
  const grid = bucketGrid(level, from, until, states);
  source.fill(grid);
  return { kind: 'buckets', states, ns: grid.ns };
}
