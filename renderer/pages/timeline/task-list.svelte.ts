import type { TaskMark } from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { SingleFlight } from '../../state/single-flight.ts';
import type { LaneOrder } from '../../state/timeline-view.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

export type TaskRow = TaskMark & { readonly goroutineCount: number };

const most = 1000;

/** The first thousand user tasks, in the order of the lanes. */
export class TaskList {
  rows = $state.raw<readonly TaskRow[]>([]);
  count = $state(0);
  failure = $state.raw<Failure>();

  readonly #trace: TraceState;
  readonly #gone = new AbortController();
  readonly #flight = new SingleFlight(() => this.#renew());
  #filter = '';
  #order: LaneOrder = { column: 'totalNs', descending: true };

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  ask(filter: string, order: LaneOrder): void {
    this.#filter = filter;
    this.#order = order;
    this.#flight.run();
  }

  leave(): void {
    this.#gone.abort();
  }

  async #renew(): Promise<void> {
    const { column, descending } = this.#order;
    const sort =
      column === 'creationNs' ? 'start' : column === 'name' || column === 'id' ? column : 'duration';
    try {
      const page = await this.#trace.caller.call(
        'timeline.tasks',
        { trace: this.#trace.opened.trace, filter: this.#filter, sort, descending, offset: 0, limit: most },
        { signal: this.#gone.signal },
      );
      this.rows = page.rows;
      this.count = page.rowCount;
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}
