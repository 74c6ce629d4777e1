import type { TimeWindow } from '#common/timeline/time-window.ts';
import type { GoroutineFilter } from './scope.ts';

/** The window and the filter of the page that is shown, for the bar above every page and for whoever narrows them. */
export interface ShownScope {
  /** The widest first, the window itself last; all of the trace is left out. */
  readonly windows: readonly TimeWindow[];
  readonly filter: GoroutineFilter;
  /** Back to a wider window: −1 is all of the trace. */
  widenTo(index: number): void;
  /** To a part of the window, with a way back to it. */
  narrow(window: TimeWindow): void;
  /** Moves the window, as while one pans: no step of its own for each move. */
  look(window: TimeWindow): void;
  filterBy(filter: GoroutineFilter): void;
  /** Where the window moves before the address follows: brings the address in line. */
  settle?(): void;
}
