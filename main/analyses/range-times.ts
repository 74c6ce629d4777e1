/** Time that goroutines spent in special ranges, within a selection: what overlaps their states. */
import type { NsByName } from '#common/analyses/goroutine-analysis.ts';
import { unpackKeyDurations } from '#common/key-durations.ts';
import { durNs, type DurNs } from '#common/units.ts';
import { isOfWholeLives } from './goroutine-values.ts';
import { rangesOf } from './goroutines.ts';
import type { AnalysisInputs } from './inputs.ts';
import { timeSelected, type Selection } from './selection.ts';

/** By goroutine; those without any are left out. */
export type RangeTimes = ReadonlyMap<number, NsByName>;

type Sums = Map<number, Record<string, DurNs>>;

function add(sums: Sums, key: number, name: string, ns: number): void {
  if (ns <= 0) return;
  const own = sums.get(key) ?? {};
  own[name] = durNs((own[name] ?? 0) + ns);
  sums.set(key, own);
}

/** Of those goroutines that are `wanted`. */
export function* rangeTimes(
  inputs: AnalysisInputs,
  selection: Selection,
  wanted: (goroutine: number) => boolean,
): Generator<void, RangeTimes> {
  const { reader, orders, collector } = inputs;
  const sums: Sums = new Map();
  const isWanted = (goroutine: number): boolean => goroutine >= 0 && wanted(goroutine);
  const { from, until, names, intervals } = selection;
  const nameOf = (goroutine: number): number => (names ? (orders.table.nameOf(goroutine) ?? 0) : 0);
  yield* collector.spans(({ kind, goroutine, startNs, endNs, nameIx }) => {
    if (endNs <= from || startNs >= until || !isWanted(goroutine)) return;
    if (kind !== 'assist' && kind !== 'stop') return;
    const ns = timeSelected(selection, goroutine, nameOf(goroutine), startNs, endNs);
    if (ns > 0) add(sums, goroutine, kind === 'assist' ? markAssist : stopTheWorld(reader.name(nameIx)), ns);
  });
  const take = ({ goroutine, totalNs }: { readonly goroutine: number; readonly totalNs: number }): void => {
    if (isWanted(goroutine) && selection.has(goroutine)) add(sums, goroutine, incrementalSweep, totalNs);
  };
  const ownTime = intervals && ((goroutine: number) => intervals.get(goroutine) ?? []);
  yield* collector.sweeps({ from, until }, take, ownTime);
  return sums;
}

const markAssist = 'GC mark assist';
const incrementalSweep = 'GC incremental sweep';
const stopTheWorld = (kind: string): string => `stop-the-world (${kind})`;

/** By the name of the start function. */
export function* rangeTimesByName(
  inputs: AnalysisInputs,
  selection: Selection,
): Generator<void, ReadonlyMap<number, NsByName>> {
  const { orders, reader } = inputs;
  const { table } = orders;
  const sums: Sums = new Map();
  if (isOfWholeLives(selection)) {
    for (const { id, nameIx, ranges } of table.withRanges()) {
      if (selection.has(id))
        for (const { name, ns } of rangesOf(reader, unpackKeyDurations(ranges))) add(sums, nameIx, name, ns);
      yield;
    }
    return sums;
  }
  for (const [goroutine, own] of yield* rangeTimes(inputs, selection, () => true))
    for (const [name, ns] of Object.entries(own)) add(sums, table.nameOf(goroutine) ?? 0, name, ns);
  return sums;
}
