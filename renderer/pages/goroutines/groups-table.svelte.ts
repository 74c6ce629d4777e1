import { SvelteMap } from 'svelte/reactivity';
import { goroutineSorts, type GoroutineSort } from '#common/analyses/goroutine-analysis.ts';
import type { GoroutineColumn, GoroutineRow } from '#common/analyses/goroutine-results.ts';
import { isCancelled } from '#common/errors.ts';
import type { NameIx } from '#common/ids.ts';
import { durNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { RowSelection } from '../../state/row-selection.svelte.ts';
import { scopeParams, wholeScope, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { ScrollMemory } from '../../widgets/grid-view.svelte.ts';
import type { GroupsColumn } from './columns.ts';
import {
  analysedGroups,
  isOfWholeLives,
  isSpreadColumn,
  summedGroups,
  type GroupEntry,
} from './group-entries.ts';
import { ordered } from './group-order.ts';
import { lineCount, lineOfGroup, placeOfLine, type Unfolded } from './unfolded-rows.ts';

/** A line of the table: a group, one of its first goroutines, or a way to the others. */
export type GroupLine =
  | { readonly kind: 'group'; readonly row: GroupEntry; readonly open: boolean }
  | { readonly kind: 'goroutine'; readonly row: GoroutineRow; readonly group: GroupEntry }
  | { readonly kind: 'more'; readonly group: GroupEntry; readonly count: number };

interface LineKey {
  readonly group: NameIx;
  /** Which of the lines below the group; absent for its own. */
  readonly child: number | undefined;
}

const shownOfGroup = 5;

/** Columns that only groups have, and what comes closest to them for one goroutine. */
export function goroutineSort(column: GroupsColumn): GoroutineColumn {
  if (column === 'count' || column === 'bar') return 'execNs';
  if (column === 'schedP99Ns') return 'schedWaitNs';
  return column === 'longestNs' || isSpreadColumn(column) ? 'totalNs' : column;
}

/** As windows know it: there numbers are given in the order of creation. */
export function windowSort(
  column: GoroutineColumn,
  descending: boolean,
): { readonly sort: GoroutineSort; readonly reverse: boolean } {
  const sorts = Object.keys(goroutineSorts) as GoroutineSort[];
  const sort = sorts.find((one) => goroutineSorts[one] === column) ?? 'id';
  return { sort, reverse: (sort === 'id' || sort === 'name') === descending };
}

/** All groups of a scope. They are few enough to be here as a whole, so sorting asks nobody. */
export class GroupsTable {
  readonly scroll: ScrollMemory = { top: 0 };
  sorting = $state.raw<readonly Sorting<GroupsColumn>[]>([{ column: 'execNs', descending: true }]);
  scope = $state.raw<Scope>(wholeScope);
  readonly selection = new RowSelection<LineKey>(
    (line) => this.#keyAt(line),
    (key) => this.#lineOf(key),
  );
  /** Sums, which come at once, and everything else, which takes as long as there are goroutines. */
  readonly #sums = new Answer<readonly GroupEntry[]>();
  readonly #all = new Answer<readonly GroupEntry[]>();
  readonly #trace: TraceState;
  /** The first goroutines of the groups that are open; absent while they are on their way. */
  readonly #open = new SvelteMap<NameIx, readonly GoroutineRow[] | undefined>();

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  readonly failure = $derived(this.#sums.failure);
  /** Why there are no percentiles. */
  readonly spreadFailure = $derived(this.#all.failure);
  readonly isKnown = $derived(this.#sums.value !== undefined);
  readonly isLoading = $derived(this.#sums.isLoading);
  /** Percentiles have yet to come. */
  readonly isGrowing = $derived(this.#all.isLoading);
  readonly #entries = $derived.by((): readonly GroupEntry[] => {
    const sums = this.#sums.value ?? [];
    if (this.#all.answered !== this.#sums.answered) return sums;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with every answer
    const spreads = new Map(this.#all.value?.map(({ group, spread }) => [group, spread]));
    return sums.map((entry) => {
      const spread = spreads.get(entry.group);
      return spread ? { ...entry, spread } : entry;
    });
  });
  readonly rows = $derived.by(() => ordered(this.#entries, this.sorting));
  readonly totals = $derived.by(() => ({
    count: this.rows.reduce((sum, { count }) => sum + count, 0),
    execNs: durNs(this.rows.reduce((sum, { execNs }) => sum + execNs, 0)),
    totalNs: durNs(this.rows.reduce((sum, { totalNs }) => sum + totalNs, 0)),
  }));
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with every order
  readonly #places = $derived.by(() => new Map(this.rows.map(({ group }, at) => [group, at])));
  readonly #unfolded = $derived.by((): readonly Unfolded[] =>
    [...this.#open.keys()]
      .flatMap((group) => {
        const at = this.#places.get(group);
        return at === undefined ? [] : { at, lines: linesOf(this.rows[at]!) };
      })
      .sort((a, b) => a.at - b.at),
  );

  readonly lineCount = $derived(lineCount(this.rows.length, this.#unfolded));
  readonly listKey = $derived(`${JSON.stringify(this.sorting)} ${JSON.stringify(scopeParams(this.scope))}`);

  /** What stands on a line; nothing if it is on its way. */
  lineAt(line: number): GroupLine | undefined {
    const { group, child } = placeOfLine(line, this.#unfolded);
    const row = this.rows[group];
    return row && this.#contents(row, child);
  }

  #contents(row: GroupEntry, child: number | undefined): GroupLine | undefined {
    if (child === undefined) return { kind: 'group', row, open: this.#open.has(row.group) };
    if (child === shownOfGroup) return { kind: 'more', group: row, count: row.count - shownOfGroup };
    const goroutine = this.#open.get(row.group)?.[child];
    return goroutine && { kind: 'goroutine', row: goroutine, group: row };
  }

  #keyAt(line: number): LineKey | undefined {
    const { group, child } = placeOfLine(line, this.#unfolded);
    const row = this.rows[group];
    return row && { group: row.group, child };
  }

  /** A child of a group that was folded is found at its group. */
  #lineOf({ group, child }: LineKey): number | undefined {
    const at = this.#places.get(group);
    if (at === undefined) return undefined;
    const line = lineOfGroup(at, this.#unfolded);
    return child === undefined || !this.#open.has(group)
      ? line
      : line + 1 + Math.min(child, linesOf(this.rows[at]!) - 1);
  }

  sort(sorting: readonly Sorting<GroupsColumn>[]): void {
    this.sorting = sorting;
    this.#renewOpen();
  }

  /** Shows the groups of a scope; again whenever there is more to read. */
  show(scope: Scope): void {
    const question = JSON.stringify(scopeParams(scope));
    const isSame = question === JSON.stringify(scopeParams(this.scope));
    this.scope = scope;
    const trace = this.#trace;
    this.#sums.ask(question, ({ signal }) => summedGroups(trace, scope, signal));
    // While a trace is read its last percentiles stay: they take all goroutines each time.
    if (!isSame || !trace.reading)
      this.#all.ask(question, ({ signal }) => analysedGroups(trace, scope, signal));
    this.#renewOpen();
  }

  /** Nobody looks at it any more: what takes all goroutines is not waited for. */
  rest(): void {
    this.#all.cancel();
  }

  unfold(group: NameIx, open: boolean): void {
    if (open === this.#open.has(group)) return;
    if (!open) this.#open.delete(group);
    else {
      this.#open.set(group, undefined);
      void this.#fetchFirst(group);
    }
  }

  #renewOpen(): void {
    for (const group of this.#open.keys()) void this.#fetchFirst(group);
  }

  async #fetchFirst(group: NameIx): Promise<void> {
    const { sorting, scope } = this;
    try {
      const rows = await this.#firstOf(group, scope, sorting[0]!);
      if (sorting === this.sorting && scope === this.scope && this.#open.has(group))
        this.#open.set(group, rows);
    } catch (error) {
      if (!isCancelled(error)) this.#open.delete(group);
    }
  }

  async #firstOf(
    group: NameIx,
    scope: Scope,
    { column, descending }: Sorting<GroupsColumn>,
  ): Promise<readonly GoroutineRow[]> {
    const { trace } = this.#trace.opened;
    const range = { offset: 0, limit: shownOfGroup };
    const sort = goroutineSort(column);
    if (isOfWholeLives(scope))
      return (
        await this.#trace.caller.call('goroutines.list', {
          trace,
          group,
          sort,
          descending,
          filter: '',
          ...range,
        })
      ).rows;
    const name = this.rows[this.#places.get(group) ?? -1]?.name ?? '';
    const params = { trace, ...scopeParams(scope), groups: [name], by: 'goroutine' as const, ...range };
    const answer = await this.#trace.caller.call('analyses.goroutines', {
      ...params,
      ...windowSort(sort, descending),
    });
    return answer.goroutines ?? [];
  }
}

const linesOf = (row: GroupEntry): number => Math.min(row.count, shownOfGroup + 1);
