import type { EventRow } from '#common/analyses/event-results.ts';
import type { GoId, TraceKey } from '#common/ids.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs, type TraceNs } from '#common/units.ts';

/** Events of the goroutine before a stay begins, and behind that. */
const before = 4;
const after = 8;

interface About {
  readonly caller: Caller;
  readonly trace: TraceKey;
  readonly goroutine: GoId;
  readonly signal: AbortSignal;
}

/** What happened on a goroutine or to it, around the beginning of a stay and up to behind its end; in order of time. */
export async function eventsAround(
  caller: Caller,
  trace: TraceKey,
  goroutine: GoId,
  { from }: TimeWindow,
  signal: AbortSignal,
): Promise<readonly EventRow[]> {
  const about = { caller, trace, goroutine, signal };
  const index = await placeOf(about, from);
  const [earlier, later] = [
    await walk(about, index, 'before', before),
    await walk(about, index - 1, 'after', after),
  ];
  return [...earlier.toReversed(), ...later];
}

/** The first event that is not before a time. */
async function placeOf({ caller, trace, signal }: About, at: TraceNs): Promise<number> {
  return (await caller.call('events.place', { trace, from: traceNs(0), at }, { signal })).offset;
}

async function walk(
  { caller, trace, goroutine, signal }: About,
  from: number,
  direction: 'before' | 'after',
  most: number,
): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  let index = from;
  while (rows.length < most) {
    const params = { trace, index: Math.max(0, index), goroutine, direction };
    const row = await caller.call('events.neighbour', params, { signal });
    if (!row) break;
    rows.push(row);
    ({ index } = row);
  }
  return rows;
}
