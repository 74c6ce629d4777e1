import type { GoroutineMarks } from '#common/analyses/timeline-details.ts';
import { lengthOf, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';

/** A task, or a region; how it lies in what it belongs to, in shares of that. */
export interface MarkRow {
  readonly kind: 'task' | 'region';
  readonly name: string;
  /** In decimal; '0': none. */
  readonly task: string;
  readonly stretch: TimeWindow;
  readonly isInner: boolean;
  readonly from: number;
  readonly share: number;
}

interface Mark {
  readonly fromNs: number;
  readonly untilNs: number;
}

/** What is not in the trace lasts from the life's beginning, or to its end. */
const stretchOf = ({ fromNs, untilNs }: Mark, life: TimeWindow): TimeWindow => {
  const from = Number.isNaN(fromNs) ? life.from : traceNs(fromNs);
  return { from, until: traceNs(Math.max(from, Number.isNaN(untilNs) ? life.until : untilNs)) };
};

function within(stretch: TimeWindow, outer: TimeWindow): { readonly from: number; readonly share: number } {
  const length = Math.max(1, lengthOf(outer));
  const from = Math.min(1, Math.max(0, (stretch.from - outer.from) / length));
  return { from, share: Math.min(1 - from, lengthOf(stretch) / length) };
}

/** Each task with its regions in it; then those of no task that is here, over the life. */
export function nested({ tasks, regions }: GoroutineMarks, life: TimeWindow): readonly MarkRow[] {
  const rows: MarkRow[] = [];
  const add = (outer: TimeWindow, isInner: boolean, own: GoroutineMarks['regions']): void => {
    for (const region of own) {
      const stretch = stretchOf(region, life);
      const { name, task } = region;
      rows.push({ kind: 'region', name, task, stretch, isInner, ...within(stretch, outer) });
    }
  };
  for (const task of tasks) {
    const stretch = stretchOf(task, life);
    rows.push({ kind: 'task', name: task.name, task: task.id, stretch, isInner: false, from: 0, share: 1 });
    add(
      stretch,
      true,
      regions.filter((region) => region.task === task.id),
    );
  }
  const known = new Set(tasks.map(({ id }) => id));
  add(
    life,
    false,
    regions.filter(({ task }) => !known.has(task)),
  );
  return rows;
}
