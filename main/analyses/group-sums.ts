/** Sums of groups of goroutines in a scope, without looking at goroutines one by one where that can be helped. */
import { windowColumns } from '#common/analyses/goroutine-analysis.ts';
import {
  totalColumns,
  type GroupPage,
  type GroupRow,
  type StateTotals,
} from '#common/analyses/goroutine-results.ts';
import { scopeParams, type Scope } from '#common/analyses/scope.ts';
import { nameIx } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { SpanSums } from '#common/span-sums.ts';
import { durNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from './goroutine-order.ts';
import { isOfWholeLives } from './goroutine-values.ts';
import { columnOf } from './window-columns.ts';
import { groupPage, groupRow } from './goroutines.ts';
import type { GoroutineInputs } from './inputs.ts';
import { selectionOf, type Selection } from './selection.ts';
import { sumSpans } from './span-sums.ts';

/** Whether a part of the trace is meant. */
export const isOfSome = (scope: Scope): boolean =>
  Object.keys(scopeParams).some((key) => scope[key as keyof Scope] !== undefined);

interface Lives {
  count: number;
  longestNs: number;
}

export class GroupSums {
  readonly #reader: TraceReader;
  readonly #open: () => GoroutineOrders;
  #orders: GoroutineOrders | undefined;

  /** `open`: a table that nobody else uses; it is opened when it is needed first. */
  constructor(reader: TraceReader, open: () => GoroutineOrders) {
    this.#reader = reader;
    this.#open = open;
  }

  /** Only one at a time. */
  *page(params: Params<'goroutines.groups'>): Generator<void, GroupPage> {
    const inputs = { reader: this.#reader, orders: (this.#orders ??= this.#open()) };
    return groupPage(this.#reader, yield* rowsOf(inputs, selectionOf(inputs, params)), params);
  }
}

function* rowsOf(inputs: GoroutineInputs, selection: Selection): Generator<void, readonly GroupRow[]> {
  const { ids, names } = selection;
  if (isOfWholeLives(selection) && !ids)
    return inputs.reader
      .groups()
      .filter(({ nameIx: name }) => names?.has(name) ?? true)
      .map(groupRow);
  const byOne = ids !== undefined || selection.intervals !== undefined;
  const { sums } = yield* sumSpans(inputs, byOne ? { goroutine: true } : { name: true }, selection);
  const lives = byOne ? livesOfSums(sums) : yield* livesInWindow(inputs, selection);
  return groupRows(inputs.reader, sums, byOne ? sums.names : sums.groups, lives);
}

/** Goroutines that have any time of those that were summed up one by one. */
function livesOfSums({ count, groups, names, ns }: SpanSums): ReadonlyMap<number, Lives> {
  const totals = new Map<number, { readonly name: number; ns: number }>();
  for (let i = 0; i < count; i++) {
    const own = totals.get(groups[i]!) ?? { name: names[i]!, ns: 0 };
    own.ns += ns[i]!;
    totals.set(groups[i]!, own);
  }
  const lives = new Map<number, Lives>();
  for (const { name, ns: total } of totals.values()) {
    const own = lives.get(name) ?? { count: 0, longestNs: 0 };
    lives.set(name, { count: own.count + 1, longestNs: Math.max(own.longestNs, total) });
  }
  return lives;
}

/** From the rows of goroutines. */
function* livesInWindow(
  { reader, orders }: GoroutineInputs,
  { from, until }: Selection,
): Generator<void, ReadonlyMap<number, Lives>> {
  const all = reader.groups().map(({ nameIx: name }) => name);
  const most = all.reduce((so, name) => Math.max(so, name), 0) + 1;
  const { counts, longestNs } = yield* orders.table.livesIn(from, until, most);
  return new Map(all.map((name) => [name, { count: counts[name]!, longestNs: longestNs[name]! }]));
}

function groupRows(
  reader: TraceReader,
  sums: SpanSums,
  nameOf: ArrayLike<number>,
  lives: ReadonlyMap<number, Lives>,
): readonly GroupRow[] {
  const reasons = reader.reasons();
  const totals = new Map<number, Float64Array>();
  for (let i = 0; i < sums.count; i++) {
    const own = totals.get(nameOf[i]!) ?? new Float64Array(windowColumns.length);
    totals.set(nameOf[i]!, own);
    own[columnOf(sums.states[i]!, reasons[sums.reasons[i]!] ?? '')]! += sums.ns[i]!;
    own[total]! += sums.ns[i]!;
  }
  return [...totals].map(([name, own]) => ({
    group: nameIx(name),
    name: reader.name(name),
    count: lives.get(name)?.count ?? 0,
    longestNs: durNs(lives.get(name)?.longestNs ?? 0),
    ...(Object.fromEntries(
      totalColumns.map((column) => [column, durNs(own[windowColumns.indexOf(column)]!)]),
    ) as unknown as StateTotals),
  }));
}

const total = windowColumns.indexOf('totalNs');
