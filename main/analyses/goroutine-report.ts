/** Every goroutine with all its figures, for scripts: the shape of `gopherscope goroutines --format json`. */
import { totalColumns, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { NamedDuration } from '#common/analyses/goroutine-results.ts';
import type { GoroutineRecord, GoroutineTable } from '#common/goroutine-table.ts';
import type { RegionRecord, TraceReader } from '#db/reader.ts';
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
  readonly task: number;
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
  try {
    let region = regions.next();
    for (const record of table.all()) {
      const own: ReportedRegion[] = [];
      while (region.done !== true && region.value.goroutineId <= record.id) {
        if (region.value.goroutineId === record.id) own.push(reportedRegion(reader, region.value));
        region = regions.next();
      }
      yield reportedGoroutine(reader, record, own);
    }
  } finally {
    // Whoever has seen enough leaves the query half read, and a database with open queries cannot be closed.
    regions.return?.();
  }
}

function reportedGoroutine(
  reader: TraceReader,
  record: GoroutineRecord,
  regions: readonly ReportedRegion[],
): ReportedGoroutine {
  const { id, nameIx, pc, creationNs, startNs, endNs } = record;
  const name = reader.name(nameIx);
  return { id, name, pc, creationNs, startNs, endNs, ...times(reader, record), regions };
}

function reportedRegion(reader: TraceReader, record: RegionRecord): ReportedRegion {
  const { name, taskId, startNs, endNs } = record;
  return { name, task: taskId, startNs, endNs, ...times(reader, record) };
}

const times = (reader: TraceReader, record: GoroutineRecord | RegionRecord): ReportedTimes => ({
  ...totalsOf(record),
  blockNs: byName(waitsOf(reader, record)),
  rangeNs: byName(rangesOf(reader, record)),
});

export const reportColumns = ['id', 'name', 'creationNs', 'startNs', 'endNs', ...totalColumns] as const;
