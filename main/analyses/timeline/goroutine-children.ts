/** Whom a goroutine created: that stands in the rows of those who were. */
import type { GoroutineChildren } from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import type { AnalysisInputs } from '../inputs.ts';

/** Only one at a time. */
export function* goroutineChildren(
  { reader, orders: { table } }: Pick<AnalysisInputs, 'reader' | 'orders'>,
  { id, from, until, most }: Params<'goroutines.children'>,
): Generator<void, GoroutineChildren> {
  // Creations are looked for on whichever processor they were.
  table.wakes.open([{ lane: 0, from: Math.floor(from) - 1, until: Math.ceil(until) }], most);
  yield* table.wakes.creations(id);
  const { wakes, count } = table.wakes.finish();
  return {
    revision: reader.trace().revision,
    count,
    children: wakes.map(({ goroutine, at }) => ({
      id: goId(goroutine),
      name: reader.name(table.nameOf(goroutine) ?? 0),
      atNs: traceNs(at),
    })),
  };
}
