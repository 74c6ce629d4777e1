/** CPU samples of goroutines, by start function and stack. */
import { unpackCpuSamples } from '#common/cpu-samples.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { blockParts, isWithin } from './block-parts.ts';
import type { AnalysisInputs } from './inputs.ts';
import type { Selection } from './selection.ts';

/** By name of the start function: by stack the number of samples, 0 for those without. */
export type StacksByGroup = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Goroutines that are looked up before others get their turn. */
const perStep = 64;

/** Those taken while a selected goroutine was on the thread. */
export function* sampledStacks(
  { reader, orders }: AnalysisInputs,
  selection: Selection,
): Generator<void, StacksByGroup> {
  const { from, until } = selection;
  const { durationNs } = reader.trace();
  const { table } = orders;
  const groups = new Map<number, number>();
  const found = new Map<number, Map<number, number>>();
  for (const part of blockParts(reader, blockKinds.samples, from, until)) {
    const { count, times, goroutines, stacks } = unpackCpuSamples(part.data, part.count, part.startNs);
    for (let i = 0; i < count; i++) {
      const goroutine = goroutines[i]!;
      if (goroutine <= 0 || !isWithin(times[i]!, from, until, durationNs)) continue;
      if (!selection.isEverybody && !selection.hasAt(goroutine, times[i]!)) continue;
      let group = groups.get(goroutine);
      if (group === undefined) {
        groups.set(goroutine, (group = table.nameOf(goroutine) ?? 0));
        if (groups.size % perStep === 0) yield;
      }
      const own = found.get(group) ?? new Map<number, number>();
      found.set(group, own.set(stacks[i]!, (own.get(stacks[i]!) ?? 0) + 1));
    }
    yield;
  }
  return found;
}
