import type { GoroutinePage, GoroutineRow } from '#common/analyses/goroutine-results.ts';
import type { GoId } from '#common/ids.ts';
import { PagedRows } from '../../state/paged-rows.svelte.ts';
import { RowSelection } from '../../state/row-selection.svelte.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { ScrollMemory } from '../../widgets/grid-view.svelte.ts';
import type { EachColumn } from './columns.ts';

/** Every goroutine of the trace or of one group. */
export class EachTable {
  readonly scroll: ScrollMemory = { top: 0 };
  /** The name of a start function. */
  readonly group: string | undefined;
  sorting = $state.raw<readonly Sorting<EachColumn>[]>([{ column: 'execNs', descending: true }]);
  filter = $state('');
  readonly rows = new PagedRows<GoroutineRow, GoroutinePage>(100);
  readonly selection = new RowSelection<GoId>(
    (index) => this.rows.rowAt(index)?.id,
    (id) => this.#indexOf(id),
  );
  readonly listKey = $derived(`${JSON.stringify(this.sorting)} ${this.filter}`);
  readonly #trace: TraceState;

  constructor(trace: TraceState, group: string | undefined) {
    this.#trace = trace;
    this.group = group;
    this.#ask();
  }

  sort(sorting: readonly Sorting<EachColumn>[]): void {
    this.sorting = sorting;
    this.#ask();
  }

  filterBy(filter: string): void {
    this.filter = filter;
    this.#ask();
  }

  refresh(): void {
    this.rows.refresh();
  }

  #indexOf(id: GoId): number | undefined {
    for (const [index, row] of this.rows.loaded()) if (row.id === id) return index;
    return undefined;
  }

  #ask(): void {
    const { trace } = this.#trace.opened;
    const { column, descending } = this.sorting[0]!;
    const question = {
      trace,
      ...(this.group === undefined ? {} : { groupName: this.group }),
      sort: column === 'bar' ? ('execNs' as const) : column,
      descending,
      filter: this.filter,
    };
    this.rows.ask((range, signal) =>
      this.#trace.caller.call('goroutines.list', { ...question, ...range }, { signal }),
    );
  }
}
