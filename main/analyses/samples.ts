import type { SampleAnalysis, SampledGroup } from '#common/analyses/sample-analysis.ts';
import { unpackCpuSamples } from '#common/cpu-samples.ts';
import { nameIx } from '#common/ids.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { Answer } from './answers.ts';
import { blockParts, isWithin } from './block-parts.ts';
import type { AnalysisInputs } from './inputs.ts';
import { selectionOf, type Selection } from './selection.ts';
import { stackProfile } from './stack-profile.ts';

/** The runtime's rate where the program does not set another. */
const defaultHz = 100;
/** Goroutines that are looked up, or stacks that are read, before others get their turn. */
const perStep = 64;

export const sampleAnswer: Answer<'samples'> = function* (inputs, params): Generator<void, SampleAnalysis> {
  const { reader } = inputs;
  const selection = selectionOf(inputs, params);
  const periodNs = durNs(Math.round(1e9 / (params.hz ?? defaultHz)));
  const { byStack, byGoroutine } = yield* counted(inputs, selection);
  const stacks = [...byStack].sort(([a, many], [b, few]) => few - many || a - b);
  const counts = Float64Array.from(stacks, ([, count]) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const profile = stackProfile(
    reader,
    stacks.map(([stack]) => stack),
    [
      { type: 'samples', unit: 'count', values: counts },
      { type: 'cpu', unit: 'nanoseconds', values: counts.map((count) => count * periodNs) },
    ],
  );
  yield;
  return {
    fromNs: traceNs(selection.from),
    untilNs: traceNs(selection.until),
    periodNs,
    samples: total,
    withoutStack: byStack.get(0) ?? 0,
    withoutGoroutine: byGoroutine.get(nobody) ?? 0,
    groups: yield* groupsOf(inputs, byGoroutine, periodNs),
    profile,
  };
};

/** Stands for samples without a goroutine. */
const nobody = -1;

interface Counted {
  readonly byStack: ReadonlyMap<number, number>;
  readonly byGoroutine: ReadonlyMap<number, number>;
}

function* counted({ reader }: AnalysisInputs, selection: Selection): Generator<void, Counted> {
  const { from, until, isEverybody } = selection;
  const { durationNs } = reader.trace();
  const byStack = new Map<number, number>();
  const byGoroutine = new Map<number, number>();
  const add = (counts: Map<number, number>, key: number): void =>
    void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const part of blockParts(reader, blockKinds.samples, from, until)) {
    const { count, times, goroutines, stacks } = unpackCpuSamples(part.data, part.count, part.startNs);
    for (let i = 0; i < count; i++) {
      if (!isWithin(times[i]!, from, until, durationNs)) continue;
      const goroutine = goroutines[i]! > 0 ? goroutines[i]! : nobody;
      if (!isEverybody && !selection.hasAt(goroutine, times[i]!)) continue;
      add(byStack, stacks[i]!);
      add(byGoroutine, goroutine);
    }
    yield;
  }
  return { byStack, byGoroutine };
}

function* groupsOf(
  { reader, orders }: AnalysisInputs,
  byGoroutine: ReadonlyMap<number, number>,
  periodNs: number,
): Generator<void, readonly SampledGroup[]> {
  const { table } = orders;
  const samples = new Map<number, number>();
  let looked = 0;
  for (const [goroutine, count] of byGoroutine) {
    if (++looked % perStep === 0) yield;
    if (goroutine === nobody) continue;
    const group = [...table.lives(goroutine)].at(-1)?.nameIx ?? 0;
    samples.set(group, (samples.get(group) ?? 0) + count);
  }
  return [...samples]
    .sort(([a, many], [b, few]) => few - many || a - b)
    .map(([group, count]) => ({
      group: nameIx(group),
      name: reader.name(group),
      samples: count,
      cpuNs: durNs(count * periodNs),
    }));
}
