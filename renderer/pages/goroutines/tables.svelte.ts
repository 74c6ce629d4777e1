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
    return (this.#groups ??= new GroupsTable(this.#trace));
  }

  each(group: ChosenGroup | undefined): EachTable {
    if (!this.#each || this.#each.group?.ix !== group?.ix) {
      this.#each?.rows.dispose();
      this.#each = new EachTable(this.#trace, group);
    }
    return this.#each;
  }
}
