import type { Sorting } from '../widgets/grid-columns.ts';
import { listed, type CopyColumn, type CopySource } from '../widgets/table-copy.ts';

type Value = number | string | null;

/** Rows that came all at once, sorted as one likes; what has no value stands last. */
export class SortedRows<Row, Id extends string> {
  sorting = $state.raw<readonly Sorting<Id>[]>([]);
  active = $state(-1);
  readonly #rows: () => readonly Row[];
  readonly #value: (row: Row, column: Id) => Value;

  constructor(rows: () => readonly Row[], value: (row: Row, column: Id) => Value, first: Sorting<Id>) {
    this.#rows = rows;
    this.#value = value;
    this.sorting = [first];
  }

  readonly rows = $derived.by(() => this.#rows().toSorted((a, b) => this.#compared(a, b)));
  /** Of a list that begins at its top again when its order is another. */
  readonly listKey = $derived(this.sorting.map(({ column, descending }) => `${column} ${descending}`).join());

  sort(sorting: readonly Sorting<Id>[]): void {
    this.sorting = sorting;
    this.active = -1;
  }

  copied(noun: string, columns: readonly CopyColumn<Row>[]): CopySource<Row> {
    return { noun, columns, rows: listed(this.rows) };
  }

  #compared(a: Row, b: Row): number {
    for (const { column, descending } of this.sorting) {
      const [one, other] = [this.#value(a, column), this.#value(b, column)];
      if (one === other) continue;
      if (one === null || other === null) return one === null ? 1 : -1;
      return one < other === descending ? 1 : -1;
    }
    return 0;
  }
}
