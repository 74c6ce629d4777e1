/** Every goroutine with all its figures, for scripts: the shape of `gopherscope goroutines --format json`. */
import { totalColumns, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { NamedDuration } from '#common/analyses/goroutine-results.ts';
import type { GoroutineRecord, GoroutineTable, TotalsRow } from '#common/goroutine-table.ts';
import { unpackKeyDurations, type KeyDurations } from '#common/key-durations.ts';
import type { RegionRecord } from '#common/regions-in-order.ts';
import { pendingSyscallBlock } from '#common/range-keys.ts';
import { durNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import { rangesOf, totalsOf, waitsOf } from './goroutines.ts';

type NsByName = Readonly<Record<string, number>>;

interface ReportedTimes extends StateTotals {
  /** Waiting by Go's reason; the empty reason is waiting since before the trace. */
  readonly blockNs: NsByName;
  /** Special ranges; they overlap the other figures. */
  readonly rangeNs: NsByName;
}

export interface ReportedRegion extends ReportedTimes {
  readonly name: string;
  /** A bigint where a number would not be exact. */
  readonly task: number | bigint;
  readonly startNs: number | null;
  readonly endNs: number | null;
}

/** Points in time count from the trace's origin; null where they are not in the trace. */
export interface ReportedGoroutine extends ReportedTimes {
  readonly id: number;
  readonly name: string;
  readonly pc: number;
  readonly creationNs: number;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly regions: readonly ReportedRegion[];
}

const byName = (durations: readonly NamedDuration[]): NsByName =>
  Object.fromEntries(durations.map(({ name, ns }) => [name, ns]));

/** In order of id; of one whose number comes twice the latest. */
export function* reportedGoroutines(
  reader: TraceReader,
  table: GoroutineTable,
): Generator<ReportedGoroutine> {
  const regions = reader.allRegions();
  const nameOf = keptNames(reader);
  let region = regions.next();
  for (const record of table.all()) {
    const own: ReportedRegion[] = [];
    while (region.done !== true && region.value.goroutineId <= record.id) {
      if (region.value.goroutineId === record.id) own.push(reportedRegion(reader, region.value, nameOf));
      region = regions.next();
    }
    yield reportedGoroutine(reader, record, nameOf(record.nameIx), own);
  }
}

/** Most goroutines share a few names. */
function keptNames(reader: TraceReader): (ix: number) => string {
  const kept = new Map<number, string>();
  return (ix) => {
    const name = kept.get(ix) ?? reader.name(ix);
    if (kept.size >= 1000) kept.clear();
    kept.set(ix, name);
    return name;
  };
}

function reportedGoroutine(
  reader: TraceReader,
  record: GoroutineRecord,
  name: string,
  regions: readonly ReportedRegion[],
): ReportedGoroutine {
  const { id, pc, creationNs, startNs, endNs } = record;
  const waits = unpackKeyDurations(record.waits);
  const ranges = unpackKeyDurations(record.ranges);
  return {
    id,
    name,
    pc,
    creationNs,
    startNs,
    endNs,
    ...times(reader, { ...record, waits, ranges }),
    regions,
  };
}

function reportedRegion(
  reader: TraceReader,
  record: RegionRecord,
  nameOf: (ix: number) => string,
): ReportedRegion {
  const { nameIx, taskId, startNs, endNs } = record;
  return { name: nameOf(nameIx), task: taskId, startNs, endNs, ...times(reader, record) };
}

const times = (
  reader: TraceReader,
  record: TotalsRow & { readonly waits: KeyDurations; readonly ranges: KeyDurations },
): ReportedTimes => ({
  ...asGo(totalsOf(record), record.ranges),
  blockNs: byName(waitsOf(reader, record.waits)),
  rangeNs: byName(rangesOf(reader, record.ranges)),
});

/**
 * Go's figures of a goroutine that is blocked in a system call when the trace ends: that time is part of the call, and once more
 * waiting for the scheduler.
 */
function asGo(totals: StateTotals, ranges: KeyDurations): StateTotals & { pendingSyscallBlockNs?: DurNs } {
  const pending = ranges.find(([key]) => key === pendingSyscallBlock)?.[1];
  if (pending === undefined) return totals;
  return {
    ...totals,
    syscallNs: durNs(totals.syscallNs + pending),
    schedWaitNs: durNs(totals.schedWaitNs + pending),
    syscallBlockNs: durNs(totals.syscallBlockNs - pending),
    pendingSyscallBlockNs: durNs(pending),
  };
}

export const reportColumns = ['id', 'name', 'creationNs', 'startNs', 'endNs', ...totalColumns] as const;
