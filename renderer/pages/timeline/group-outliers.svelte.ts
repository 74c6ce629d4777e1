import type { LongStay, TimelineLongest } from '#common/analyses/timeline-details.ts';
import { nameIx } from '#common/ids.ts';
import type { DrawCommand } from '#common/timeline/draw-list.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { xOf, type TimeWindow } from '#common/timeline/time-window.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { WindowFetch } from '../../timeline/window-fetch.svelte.ts';

const mostStays = 20;
const mostGroups = 50;

/** The longest stays of the goroutines of groups: one that is blocked long among 800,000 is seen, pointed at and clicked. */
export class GroupOutliers {
  readonly #fetch: WindowFetch<TimelineLongest & { readonly lanes: readonly LaneKey[] }>;
  #lanes: readonly LaneKey[] = [];

  constructor(trace: TraceState) {
    this.#fetch = new WindowFetch(async ({ window }, signal) => {
      const lanes = this.#lanes;
      const groups = lanes.map((lane) => nameIx(Number(lane.slice(1))));
      const answer = await trace.caller.call(
        'timeline.longest',
        { trace: trace.opened.trace, groups, ...window, most: mostStays },
        { signal },
      );
      return { ...answer, lanes };
    });
  }

  want(
    lanes: readonly LaneKey[],
    window: TimeWindow,
    width: number,
    bounds: TimeWindow,
    revision: number,
  ): void {
    this.#lanes = lanes.slice(0, mostGroups);
    if (lanes.length > 0) this.#fetch.want(window, width, bounds, revision, this.#lanes.join());
  }

  /** Longest first. */
  longestOf(lane: LaneKey): readonly LongStay[] {
    const { answer } = this.#fetch;
    return answer?.groups[answer.lanes.indexOf(lane)] ?? [];
  }

  /** A thin strip in the colours of these stays, each at least 2 px wide, the longest on top. */
  commands(lane: LaneKey, window: TimeWindow, width: number, y: number): DrawCommand[] {
    const shortestFirst = [...this.longestOf(lane)].reverse();
    return shortestFirst.flatMap(({ fromNs, untilNs, stateClass }): DrawCommand[] => {
      const x0 = Math.max(0, xOf(window, width, fromNs));
      const x1 = Math.min(width, xOf(window, width, untilNs));
      // One that fills the window is no exception in it.
      if (x1 < 0 || x0 > width || (fromNs <= window.from && untilNs >= window.until)) return [];
      return [{ kind: 'rect', x: x0, y, w: Math.max(2, x1 - x0), h: 3, fill: `state-${stateClass}` }];
    });
  }

  leave(): void {
    this.#fetch.leave();
  }
}
