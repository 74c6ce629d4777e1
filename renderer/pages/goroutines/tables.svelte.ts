import type { TraceState } from '../../state/trace.svelte.ts';
import { EachTable } from './each-table.svelte.ts';
import { GroupsTable } from './groups-table.svelte.ts';

/** The tables of one trace, as they were left: sorted, filtered, scrolled. */
export class TablesOfTrace {
  readonly #trace: TraceState;
  #groups: GroupsTable | undefined;
  #each: EachTable | undefined;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  groups(): GroupsTable {
    return (this.#groups ??= outliving(() => new GroupsTable(this.#trace)));
  }

  each(group: string | undefined): EachTable {
    if (!this.#each || this.#each.group !== group) {
      this.#each?.rows.dispose();
      this.#each = outliving(() => new EachTable(this.#trace, group));
    }
    return this.#each;
  }
}

const tables = new WeakMap<TraceState, TablesOfTrace>();

/** Kept while the trace is open, so that coming back from a goroutine finds the table as it was left. */
export function tablesOf(trace: TraceState): TablesOfTrace {
  const known = tables.get(trace) ?? new TablesOfTrace(trace);
  tables.set(trace, known);
  return known;
}

/** What is derived in a table must not end with the component that first showed it. */
function outliving<T>(make: () => T): T {
  let made: T;
  $effect.root(() => {
    made = make();
  });
  return made!;
}
