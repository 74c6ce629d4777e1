import type { TimeWindow } from '#common/timeline/time-window.ts';
import type { LaneFilter } from './timeline-view.ts';

/** The window and the filter of the page that is shown, for the bar above every page. */
export interface ShownScope {
  /** The widest first, the window itself last; all of the trace is left out. */
  readonly windows: readonly TimeWindow[];
  readonly filter: LaneFilter;
  /** How many groups or goroutines pass the filter, in words; empty without a filter. */
  readonly passing: string;
  /** Back to a wider window: −1 is all of the trace. */
  widenTo(index: number): void;
  filterBy(filter: LaneFilter): void;
}
