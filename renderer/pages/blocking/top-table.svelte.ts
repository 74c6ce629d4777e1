import type { GridColumn, Sorting } from '../../widgets/grid-columns.ts';
import type { CopySource } from '../../widgets/table-copy.ts';
import type { FlameState } from './flame-state.svelte.ts';

export interface TopRow {
  /** Its place in the stacks' list of functions. */
  readonly at: number;
  readonly name: string;
  readonly self: number;
  readonly total: number;
  readonly count: number;
}

export type TopColumn = 'name' | 'self' | 'total' | 'count';

export const topColumns = (waits: string): readonly GridColumn<TopColumn>[] => [
  { id: 'name', title: 'Function', width: 160, stretches: true, align: 'start', sortable: true, leaves: 0 },
  { id: 'self', title: 'Self', width: 84, align: 'end', sortable: true, leaves: 2 },
  { id: 'total', title: 'Total', width: 88, align: 'end', sortable: true, leaves: 0 },
  { id: 'count', title: waits, width: 82, align: 'end', sortable: true, leaves: 1 },
];

/** Functions with what they take, sorted and filtered. */
export class TopTable {
  filter = $state('');
  sorting = $state.raw<readonly Sorting<TopColumn>[]>([{ column: 'total', descending: true }]);
  readonly #flame: FlameState;

  constructor(flame: FlameState) {
    this.#flame = flame;
  }

  readonly all = $derived.by((): readonly TopRow[] => {
    const { stacks, top } = this.#flame;
    const rows = stacks.functions.map((name, at) => ({
      ...{ at, name },
      ...{ self: top.self[at]!, total: top.totals[at]!, count: top.counts[at]! },
    }));
    return rows.filter(({ total, count }) => total > 0 || count > 0);
  });
  readonly rows = $derived.by((): readonly TopRow[] => {
    const lower = this.filter.toLowerCase();
    return this.all.filter(({ name }) => name.toLowerCase().includes(lower)).sort(orderOf(this.sorting));
  });
  /** As `copyTable` takes it. */
  readonly copied: CopySource<TopRow> = {
    noun: 'functions',
    columns: [
      { name: 'function', value: ({ name }) => name },
      { name: 'selfNs', value: ({ self }) => self },
      { name: 'totalNs', value: ({ total }) => total },
      { name: 'count', value: ({ count }) => count },
    ],
    rows: (most) => Promise.resolve({ rows: this.rows.slice(0, most), rowCount: this.rows.length }),
  };
  readonly active = $derived.by(() => this.rows.findIndex(({ at }) => at === this.#flame.func));
}

/** What is equal stands in the order of total, then by name. */
function orderOf(sorting: readonly Sorting<TopColumn>[]): (a: TopRow, b: TopRow) => number {
  const orders = [...sorting, byTotal].map(orderBy);
  return (a, b) => orders.reduce((before, order) => before || order(a, b), 0) || byName(a, b);
}

const byTotal: Sorting<TopColumn> = { column: 'total', descending: true };
const byName = (a: TopRow, b: TopRow): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function orderBy({ column, descending }: Sorting<TopColumn>): (a: TopRow, b: TopRow) => number {
  const sign = descending ? -1 : 1;
  if (column === 'name') return (a, b) => sign * byName(a, b);
  return (a, b) => sign * (a[column] - b[column]);
}
