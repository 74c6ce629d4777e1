/** CPU samples as marks in a window, or where they are many their number in slices of it. */
import type { TimelineSamples } from '#common/analyses/timeline-details.ts';
import { unpackCpuSamples, type CpuSamples } from '#common/cpu-samples.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import type { LanePart } from '#common/lane-rows.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { TraceReader } from '#db/reader.ts';
import { blockParts, isWithin } from '../block-parts.ts';

type Asked = Params<'timeline.samples'>;

const mostSlices = 2048;

export function* timelineSamples(reader: TraceReader, asked: Asked): Generator<void, TimelineSamples> {
  const { durationNs, revision } = reader.trace();
  const { from, until, most } = asked;
  const slices = new Slices(asked);
  const found = new Found(most);
  const isWanted = testOf(asked);
  const areMany = !isWanted && hasMore(reader, asked);
  for (const part of blockParts(reader, blockKinds.samples, from, until)) {
    if (areMany && slices.addWhole(part)) continue;
    const samples = unpackCpuSamples(part.data, part.count, part.startNs);
    for (let i = 0; i < samples.count; i++) {
      if (!isWithin(samples.times[i]!, from, until, durationNs)) continue;
      if (isWanted && !isWanted(samples, i)) continue;
      slices.add(samples.times[i]!);
      found.add(samples, i);
    }
    yield;
  }
  return areMany || found.areTooMany
    ? { kind: 'counts', revision, counts: slices.counts }
    : { kind: 'samples', revision, ...found.columns() };
}

/** Whether rows that lie wholly in the window have more samples than are asked for. */
function hasMore(reader: TraceReader, { from, until, most }: Asked): boolean {
  let sum = 0;
  for (const row of reader.laneBlockFacts({ kind: blockKinds.samples, lane: 0, level: 0 }, from, until))
    if (row.startNs >= from && row.untilNs < until) sum += row.count;
  return sum > most;
}

interface Sample {
  readonly ns: number;
  readonly processor: number;
  readonly goroutine: number;
  readonly stack: number;
}

/** Samples as long as they are no more than were asked for. */
class Found {
  readonly #samples: Sample[] = [];
  readonly #most: number;
  areTooMany = false;

  constructor(most: number) {
    this.#most = most;
  }

  add({ times, processors, goroutines, stacks }: CpuSamples, i: number): void {
    this.areTooMany ||= this.#samples.length === this.#most;
    if (this.areTooMany) return;
    const [processor, goroutine] = [processors[i]!, goroutines[i]!];
    this.#samples.push({
      ns: times[i]!,
      processor: processor < 0 ? NaN : processor,
      goroutine: goroutine > 0 ? goroutine : NaN,
      stack: stacks[i]!,
    });
  }

  /** Samples of different generations may overlap. */
  columns(): Omit<Extract<TimelineSamples, { kind: 'samples' }>, 'kind' | 'revision'> {
    const sorted = this.#samples.toSorted((a, b) => a.ns - b.ns);
    return {
      times: Float64Array.from(sorted, ({ ns }) => ns),
      processors: Float64Array.from(sorted, ({ processor }) => processor),
      goroutines: Float64Array.from(sorted, ({ goroutine }) => goroutine),
      stacks: Uint32Array.from(sorted, ({ stack }) => stack),
    };
  }
}

/** Absent: all are. */
function testOf({
  processors,
  goroutines,
}: Asked): ((samples: CpuSamples, i: number) => boolean) | undefined {
  if (!processors && !goroutines) return undefined;
  const [ofProcessors, ofGoroutines] = [
    processors && new Set(processors),
    goroutines && new Set<number>(goroutines),
  ];
  return (samples, i) =>
    (ofProcessors?.has(samples.processors[i]!) ?? true) &&
    (ofGoroutines?.has(samples.goroutines[i]!) ?? true);
}

/** The window in equal slices. */
class Slices {
  readonly counts: Uint32Array;
  readonly #from: number;
  readonly #until: number;

  constructor({ from, until, most }: Asked) {
    this.counts = new Uint32Array(Math.min(most, mostSlices));
    this.#from = from;
    this.#until = until;
  }

  add(ns: number): void {
    const slice = this.#sliceOf(ns);
    this.counts[slice] = this.counts[slice]! + 1;
  }

  /** Counts all samples of a block if that needs no look at them. */
  addWhole({ startNs, untilNs, count }: LanePart): boolean {
    if (startNs < this.#from || untilNs >= this.#until) return false;
    const slice = this.#sliceOf(startNs);
    if (this.#sliceOf(untilNs) !== slice) return false;
    this.counts[slice] = this.counts[slice]! + count;
    return true;
  }

  #sliceOf(ns: number): number {
    const share = (ns - this.#from) / (this.#until - this.#from);
    return Math.min(this.counts.length - 1, Math.floor(share * this.counts.length));
  }
}
