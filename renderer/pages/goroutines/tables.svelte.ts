import type { TraceState } from '../../state/trace.svelte.ts';
import { EachTable } from './each-table.svelte.ts';
import { GroupsTable } from './groups-table.svelte.ts';

/** The tables of one trace, as they were left: sorted and scrolled. */
export interface TablesOfTrace {
  readonly groups: GroupsTable;
  readonly each: EachTable;
}

const tables = new WeakMap<TraceState, TablesOfTrace>();

/** Kept while the trace is open, so that coming back from a goroutine finds the table as it was left. */
export function tablesOf(trace: TraceState): TablesOfTrace {
  const known =
    tables.get(trace) ?? outliving(() => ({ groups: new GroupsTable(trace), each: new EachTable(trace) }));
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
