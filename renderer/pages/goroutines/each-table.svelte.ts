import type { GoroutinePage, GoroutineRow } from '#common/analyses/goroutine-results.ts';
import type { GoId } from '#common/ids.ts';
import { PagedRows } from '../../state/paged-rows.svelte.ts';
import { RowSelection } from '../../state/row-selection.svelte.ts';
import { scopeParams, wholeScope, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { ScrollMemory } from '../../widgets/grid-view.svelte.ts';
import type { EachColumn } from './columns.ts';
import { isOfWholeLives } from './group-entries.ts';
import { windowSort } from './groups-table.svelte.ts';

/** Every goroutine of a scope, page by page. */
export class EachTable {
  readonly scroll: ScrollMemory = { top: 0 };
  sorting = $state.raw<readonly Sorting<EachColumn>[]>([{ column: 'execNs', descending: true }]);
  scope = $state.raw<Scope>(wholeScope);
  readonly rows = new PagedRows<GoroutineRow, GoroutinePage>(100);
  readonly selection = new RowSelection<GoId>(
    (index) => this.rows.rowAt(index)?.id,
    (id) => this.#indexOf(id),
  );
  readonly listKey = $derived(`${JSON.stringify(this.sorting)} ${JSON.stringify(scopeParams(this.scope))}`);
  readonly #trace: TraceState;
  #asked: string | undefined;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  sort(sorting: readonly Sorting<EachColumn>[]): void {
    this.sorting = sorting;
    this.#ask();
  }

  /** Shows the goroutines of a scope; again whenever there is more to read. */
  show(scope: Scope): void {
    this.scope = scope;
    if (this.#asked === this.listKey) this.rows.refresh();
    else this.#ask();
  }

  #indexOf(id: GoId): number | undefined {
    for (const [index, row] of this.rows.loaded()) if (row.id === id) return index;
    return undefined;
  }

  #ask(): void {
    this.#asked = this.listKey;
    this.rows.ask((range, signal) => this.#page(range, signal));
  }

  async #page(
    range: { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<GoroutinePage> {
    const { caller, opened, revision } = this.#trace;
    const { trace } = opened;
    const { column, descending } = this.sorting[0]!;
    const sort = column === 'bar' ? 'execNs' : column;
    const { text, group } = this.scope.filter;
    if (isOfWholeLives(this.scope)) {
      const groupName = group === undefined ? {} : { groupName: group };
      const params = { trace, sort, descending, filter: text, ...groupName, ...range };
      return caller.call('goroutines.list', params, { signal });
    }
    const params = {
      trace,
      ...scopeParams(this.scope),
      by: 'goroutine',
      ...windowSort(sort, descending),
      ...range,
    } as const;
    const answer = await caller.call('analyses.goroutines', params, { signal });
    return { revision, rowCount: answer.rowCount, rows: answer.goroutines ?? [] };
  }
}
