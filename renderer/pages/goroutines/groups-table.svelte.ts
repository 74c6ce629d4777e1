import { SvelteMap } from 'svelte/reactivity';
import type {
  GoroutineColumn,
  GoroutineRow,
  GroupPage,
  GroupRow,
} from '#common/analyses/goroutine-results.ts';
import { isCancelled } from '#common/errors.ts';
import type { NameIx } from '#common/ids.ts';
import { PagedRows } from '../../state/paged-rows.svelte.ts';
import { RowSelection } from '../../state/row-selection.svelte.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Sorting } from '../../widgets/grid-columns.ts';
import type { ScrollMemory } from '../../widgets/grid-view.svelte.ts';
import type { GroupsColumn } from './columns.ts';
import { lineCount, lineOfGroup, placeOfLine, type Unfolded } from './unfolded-rows.ts';

/** A line of the table: a group, one of its first goroutines, or a way to the others. */
export type GroupLine =
  | { readonly kind: 'group'; readonly row: GroupRow; readonly open: boolean }
  | { readonly kind: 'goroutine'; readonly row: GoroutineRow; readonly group: GroupRow }
  | { readonly kind: 'more'; readonly group: GroupRow; readonly count: number };

interface LineKey {
  readonly group: NameIx;
  /** Which of the lines below the group; absent for its own. */
  readonly child: number | undefined;
}

const shownOfGroup = 5;

/** Columns that only groups have, and what comes closest to them for one goroutine. */
function goroutineSort(column: GroupsColumn): GoroutineColumn {
  if (column === 'count' || column === 'bar') return 'execNs';
  return column === 'longestNs' ? 'totalNs' : column;
}

export class GroupsTable {
  readonly scroll: ScrollMemory = { top: 0 };
  sorting = $state.raw<readonly Sorting<GroupsColumn>[]>([{ column: 'execNs', descending: true }]);
  filter = $state('');
  readonly rows = new PagedRows<GroupRow, GroupPage>(200);
  readonly selection = new RowSelection<LineKey>(
    (line) => this.#keyAt(line),
    (key) => this.#lineOf(key),
  );

  readonly #trace: TraceState;
  /** The first goroutines of the groups that are open; absent while they are on their way. */
  readonly #open = new SvelteMap<NameIx, readonly GoroutineRow[] | undefined>();

  constructor(trace: TraceState) {
    this.#trace = trace;
    this.#ask();
  }

  readonly #unfolded = $derived.by((): readonly Unfolded[] => {
    if (this.#open.size === 0) return [];
    const unfolded: Unfolded[] = [];
    for (const [at, row] of this.rows.loaded()) {
      if (this.#open.has(row.group)) unfolded.push({ at, lines: linesOf(row) });
    }
    return unfolded.sort((a, b) => a.at - b.at);
  });

  readonly lineCount = $derived(lineCount(this.rows.rowCount, this.#unfolded));
  readonly listKey = $derived(`${JSON.stringify(this.sorting)} ${this.filter}`);

  /** What stands on a line; nothing if it is on its way. */
  lineAt(line: number): GroupLine | undefined {
    const { group, child } = placeOfLine(line, this.#unfolded);
    const row = this.rows.rowAt(group);
    return row && this.#contents(row, child);
  }

  #contents(row: GroupRow, child: number | undefined): GroupLine | undefined {
    if (child === undefined) return { kind: 'group', row, open: this.#open.has(row.group) };
    if (child === shownOfGroup) return { kind: 'more', group: row, count: row.count - shownOfGroup };
    const goroutine = this.#open.get(row.group)?.[child];
    return goroutine && { kind: 'goroutine', row: goroutine, group: row };
  }

  #keyAt(line: number): LineKey | undefined {
    const { group, child } = placeOfLine(line, this.#unfolded);
    const row = this.rows.rowAt(group);
    return row && { group: row.group, child };
  }

  /** A child of a group that was folded is found at its group. */
  #lineOf({ group, child }: LineKey): number | undefined {
    for (const [at, row] of this.rows.loaded()) {
      if (row.group !== group) continue;
      const line = lineOfGroup(at, this.#unfolded);
      return child === undefined || !this.#open.has(group)
        ? line
        : line + 1 + Math.min(child, linesOf(row) - 1);
    }
    return undefined;
  }

  show(first: number, end: number): void {
    const from = placeOfLine(first, this.#unfolded).group;
    this.rows.show(from, placeOfLine(Math.max(first, end - 1), this.#unfolded).group + 1);
  }

  sort(sorting: readonly Sorting<GroupsColumn>[]): void {
    this.sorting = sorting;
    this.#ask();
  }

  filterBy(filter: string): void {
    this.filter = filter;
    this.#ask();
  }

  /** There is more to read. */
  refresh(): void {
    this.rows.refresh();
    this.#renewOpen();
  }

  unfold(group: NameIx, open: boolean): void {
    if (open === this.#open.has(group)) return;
    if (!open) this.#open.delete(group);
    else {
      this.#open.set(group, undefined);
      void this.#fetchFirst(group);
    }
  }

  #ask(): void {
    const { trace } = this.#trace.opened;
    const { column, descending } = this.sorting[0]!;
    const { filter } = this;
    const sort = column === 'bar' ? 'execNs' : column;
    this.rows.ask((range, signal) =>
      this.#trace.caller.call('goroutines.groups', { trace, sort, descending, filter, ...range }, { signal }),
    );
    this.#renewOpen();
  }

  #renewOpen(): void {
    for (const group of this.#open.keys()) void this.#fetchFirst(group);
  }

  async #fetchFirst(group: NameIx): Promise<void> {
    const { sorting } = this;
    try {
      const page = await this.#trace.caller.call('goroutines.list', {
        trace: this.#trace.opened.trace,
        group,
        sort: goroutineSort(sorting[0]!.column),
        descending: sorting[0]!.descending,
        filter: '',
        offset: 0,
        limit: shownOfGroup,
      });
      if (sorting === this.sorting && this.#open.has(group)) this.#open.set(group, page.rows);
    } catch (error) {
      if (!isCancelled(error)) this.rows.failure = error;
    }
  }
}

const linesOf = (row: GroupRow): number => Math.min(row.count, shownOfGroup + 1);
