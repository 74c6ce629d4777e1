/** The groups of a scope as rows of the table, and how they are asked for. */
import type { GroupFigures, Spread, WindowColumn } from '#common/analyses/goroutine-analysis.ts';
import {
  totalColumns,
  type GroupColumn,
  type GroupRow,
  type StateTotals,
} from '#common/analyses/goroutine-results.ts';
import { durNs, type DurNs } from '#common/units.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** How lives and waits are spread over the goroutines of a group. */
export interface GroupSpread {
  readonly figures: Readonly<Record<WindowColumn, Spread>>;
  /** Waiting by Go's reason. */
  readonly blockNs: Readonly<Record<string, DurNs>>;
  readonly rangeNs: Readonly<Record<string, DurNs>>;
}

export interface GroupEntry extends GroupRow {
  /** Absent while it is on its way. */
  readonly spread?: GroupSpread;
}

export type SpreadColumn = 'p50Ns' | 'p90Ns' | 'p99Ns' | 'schedP99Ns';
export type EntryColumn = GroupColumn | SpreadColumn;

const atOnce = 1000;
/** More start functions than a program has. */
export const mostGroups = 20_000;

/** All of the goroutines' lives count, so that what is stored of them answers. */
export const isOfWholeLives = ({ window, filter }: Scope): boolean =>
  window === undefined && [filter.goroutine, filter.task, filter.region].every((part) => part === undefined);

/** All groups of a scope, without what takes their goroutines one by one. */
export async function summedGroups(
  { caller, opened }: TraceState,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly GroupEntry[]> {
  const { text, group } = scope.filter;
  const asked = isOfWholeLives(scope) ? { filter: group ?? text } : { filter: '', ...scopeParams(scope) };
  const found: GroupRow[] = [];
  for (let rowCount = Infinity; found.length < Math.min(rowCount, mostGroups);) {
    const page = await caller.call(
      'goroutines.groups',
      {
        trace: opened.trace,
        sort: 'execNs',
        descending: true,
        ...asked,
        offset: found.length,
        limit: atOnce,
      },
      { signal },
    );
    found.push(...page.rows);
    rowCount = page.rows.length === 0 ? 0 : page.rowCount;
  }
  const has = text.toLowerCase();
  return found.filter(
    ({ name }) => group === undefined || (name === group && name.toLowerCase().includes(has)),
  );
}

/** The same with percentiles. */
export async function analysedGroups(
  { caller, opened }: TraceState,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly GroupEntry[]> {
  const params = { trace: opened.trace, ...scopeParams(scope), by: 'group', limit: mostGroups } as const;
  const { groups = [] } = await caller.call('analyses.goroutines', params, { signal });
  return groups.map(entryOf);
}

const entryOf = ({ group, name, count, figures, blockNs, rangeNs }: GroupFigures): GroupEntry => {
  const sums = totalColumns.map((column) => [column, figures[column].sum]);
  return {
    ...(Object.fromEntries(sums) as unknown as StateTotals),
    group,
    name,
    count,
    longestNs: figures.totalNs.max,
    spread: { figures, blockNs, rangeNs },
  };
};

const spreadColumns: Readonly<Record<SpreadColumn, (spread: GroupSpread) => DurNs>> = {
  p50Ns: ({ figures }) => figures.totalNs.p50,
  p90Ns: ({ figures }) => figures.totalNs.p90,
  p99Ns: ({ figures }) => figures.totalNs.p99,
  schedP99Ns: ({ figures }) => figures.schedWaitNs.p99,
};

export const isSpreadColumn = (column: string): column is SpreadColumn => column in spreadColumns;

/** Undefined: not here yet. */
export const spreadValue = ({ spread }: GroupEntry, column: SpreadColumn): DurNs | undefined =>
  spread && spreadColumns[column](spread);

export function entryValue(entry: GroupEntry, column: EntryColumn): string | number {
  if (isSpreadColumn(column)) return spreadValue(entry, column) ?? -1;
  if (column === 'syscallNs') return durNs(entry.syscallNs + entry.syscallBlockNs);
  return entry[column];
}
