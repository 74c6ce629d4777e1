/** The lanes of a task: its goroutines with its regions and logs in them, and below them its child tasks. */
import type { GoroutineMarks, LogMark, RegionMark } from '#common/analyses/timeline-details.ts';
import type { TaskRow } from '#common/analyses/task-analysis.ts';
import type { GoId } from '#common/ids.ts';
import { markRowHeight } from '../../timeline/mark-drawing.ts';

export const laneHeight = 24;
const air = 3;

export interface GoroutineLane {
  readonly kind: 'goroutine';
  readonly id: GoId;
  readonly y: number;
  readonly h: number;
  readonly logs: readonly LogMark[];
  /** Their depth counts regions of this task only. */
  readonly regions: readonly RegionMark[];
}

export interface ChildLane {
  readonly kind: 'child';
  readonly task: TaskRow;
  readonly y: number;
  readonly h: number;
}

export type WaterfallLane = GoroutineLane | ChildLane;

export function waterfallLanes(
  task: string,
  goroutines: readonly GoId[],
  marks: readonly GoroutineMarks[],
  children: readonly TaskRow[],
): readonly WaterfallLane[] {
  const lanes: WaterfallLane[] = [];
  let y = 0;
  for (const id of goroutines) {
    const own = marks.find(({ goroutine }) => goroutine === id);
    const regions = nested((own?.regions ?? []).filter((region) => region.task === task));
    const logs = (own?.logs ?? []).filter((log) => log.task === task);
    const depths = Math.max(0, ...regions.map(({ depth }) => depth + 1));
    const h = laneHeight + (depths + (logs.length > 0 ? 1 : 0)) * markRowHeight + air;
    lanes.push({ kind: 'goroutine', id, y, h, logs, regions });
    y += h;
  }
  for (const child of children) {
    lanes.push({ kind: 'child', task: child, y, h: laneHeight });
    y += laneHeight;
  }
  return lanes;
}

/** Where its logs and its regions begin, from the top of the lane. */
export const logsTop = laneHeight;
export const regionsTop = ({ logs }: GoroutineLane): number =>
  laneHeight + (logs.length > 0 ? markRowHeight : 0);

/** In order of their beginnings, each as deep as it lies in others of the same list. */
function nested(regions: readonly RegionMark[]): readonly RegionMark[] {
  const open: RegionMark[] = [];
  const end = ({ untilNs }: RegionMark): number => (Number.isNaN(untilNs) ? Infinity : untilNs);
  return regions.map((region) => {
    while (open.length > 0 && end(open.at(-1)!) < end(region)) open.pop();
    return { ...region, depth: open.push(region) - 1 };
  });
}

/** Goroutines as they come into the task; those of which no event is known last. */
export function inOrderOfEvents(
  goroutines: readonly GoId[],
  events: readonly { readonly goroutine: GoId }[],
): readonly GoId[] {
  const first = new Map<GoId, number>();
  for (const [at, { goroutine }] of events.entries()) if (!first.has(goroutine)) first.set(goroutine, at);
  const place = (id: GoId): number => first.get(id) ?? Infinity;
  // Both may be infinite, which has no difference.
  return goroutines.toSorted((a, b) => (place(a) === place(b) ? a - b : place(a) - place(b)));
}
