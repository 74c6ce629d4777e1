/** What is known of a goroutine beside its figures. */
import {
  type GoroutineWindowRow,
  type NsByName,
  type WindowColumn,
} from '#common/analyses/goroutine-analysis.ts';
import { totalColumns, type StackFrame } from '#common/analyses/goroutine-results.ts';
import type { GoroutineRecord, GoroutineTable } from '#common/goroutine-table.ts';
import { goId, nameIx } from '#common/ids.ts';
import { unpackKeyDurations } from '#common/key-durations.ts';
import { durNs, traceNs, type DurNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import { rangesOf, totalsOf, waitsOf } from './goroutines.ts';

export type Facts = Omit<GoroutineWindowRow, 'id' | 'group' | 'name' | WindowColumn>;

/** Beyond so many, names and places are looked up anew. */
const mostKept = 10_000;

export class GoroutineFacts {
  readonly #reader: TraceReader;
  readonly #table: GoroutineTable;
  /** When goroutines that are alive last changed their state. */
  readonly #since = new Map<number, number>();
  readonly #names = new Map<number, string>();
  readonly #places = new Map<number, StackFrame | undefined>();

  /** `isAsked`: of which goroutines facts will be asked for. */
  constructor(reader: TraceReader, table: GoroutineTable, isAsked: (goroutine: number) => boolean) {
    this.#reader = reader;
    this.#table = table;
    for (const { goroutine, since } of reader.looseEnds())
      if (isAsked(goroutine)) this.#since.set(goroutine, since);
  }

  name(ix: number): string {
    return kept(this.#names, ix, () => this.#reader.name(ix));
  }

  of(record: GoroutineRecord): Facts {
    const { id, creationNs, startNs, endNs, creatorId, creationStackIx } = record;
    const creator = creatorId === null ? undefined : this.#table.nameOf(creatorId);
    const createdAt = kept(this.#places, creationStackIx, () => this.#reader.leaf(creationStackIx));
    return {
      creationNs: traceNs(creationNs),
      ...(startNs === null ? {} : { startNs: traceNs(startNs) }),
      ...(endNs === null ? {} : { endNs: traceNs(endNs) }),
      lastEventNs: traceNs(endNs ?? this.#since.get(id) ?? creationNs),
      ...(creatorId === null || creator === undefined
        ? {}
        : { creator: { id: goId(creatorId), name: this.name(creator) } }),
      ...(createdAt ? { createdAt } : {}),
      blockNs: byName(waitsOf(this.#reader, unpackKeyDurations(record.waits))),
      rangeNs: byName(rangesOf(this.#reader, unpackKeyDurations(record.ranges))),
    };
  }
}

function kept<T>(all: Map<number, T>, key: number, make: () => T): T {
  if (all.has(key)) return all.get(key)!;
  if (all.size >= mostKept) all.clear();
  const value = make();
  all.set(key, value);
  return value;
}

const byName = (durations: readonly { readonly name: string; readonly ns: DurNs }[]): NsByName =>
  Object.fromEntries(durations.map(({ name, ns }) => [name, ns]));

/** All goroutines of a whole trace, one after the other, in order of id. */
export function* wholeRows(reader: TraceReader, table: GoroutineTable): Generator<GoroutineWindowRow> {
  const facts = new GoroutineFacts(reader, table, () => true);
  for (const record of table.all()) {
    const totals = totalsOf(record);
    const parts = totalColumns.slice(1).reduce((so, name) => so + totals[name], 0);
    yield {
      id: goId(record.id),
      group: nameIx(record.nameIx),
      name: facts.name(record.nameIx),
      ...totals,
      restNs: durNs(Math.max(0, totals.totalNs - parts)),
      ...facts.of(record),
    };
  }
}
