import type { ChosenGroup } from '../../state/place.ts';
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

  each(group: ChosenGroup | undefined): EachTable {
    if (!this.#each || this.#each.group?.ix !== group?.ix) {
      this.#each?.rows.dispose();
      this.#each = outliving(() => new EachTable(this.#trace, group));
    }
    return this.#each;
  }
}

/** What is derived in a table must not end with the component that first showed it. */
function outliving<T>(make: () => T): T {
  let made: T;
  $effect.root(() => {
    made = make();
  });
  return made!;
}
