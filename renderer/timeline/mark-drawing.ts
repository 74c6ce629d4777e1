/** Tasks, regions and logs of one goroutine, below its lane: outlined, never solid, so that they are not read as states. */
import type { GoroutineMarks, LogMark } from '#common/analyses/timeline-details.ts';
import { durationText, plain } from '#common/quantity-text.ts';
import type { DrawCommand, Measure } from '#common/timeline/draw-list.ts';
import { fittingLabel } from '#common/timeline/span-drawing.ts';
import { xOf, type TimeWindow } from '#common/timeline/time-window.ts';
import { durNs } from '#common/units.ts';

/** Of a task's or region's bar, CSS pixels. */
export const markRowHeight = 15;

/** What the program marked, where the pointer is. */
export type PointedMark =
  | {
      readonly kind: 'task' | 'region';
      readonly name: string;
      readonly fromNs: number;
      readonly untilNs: number;
    }
  | { readonly kind: 'log'; readonly log: LogMark };

const logReach = 7;

/** `y` from the first row below the lane's bars. */
export function markAt(
  marks: GoroutineMarks,
  taskRows: number,
  window: TimeWindow,
  width: number,
  x: number,
  y: number,
): PointedMark | undefined {
  const row = Math.floor(y / markRowHeight);
  if (row === 0) {
    const log = marks.logs.find(({ atNs }) => Math.abs(xOf(window, width, atNs) - x) < logReach);
    if (log) return { kind: 'log', log };
  }
  const isHere = ({ fromNs, untilNs }: Bar): boolean =>
    !(xOf(window, width, fromNs) > x + 1) && !(xOf(window, width, untilNs) < x - 1);
  if (row < taskRows) {
    const task = marks.tasks.find(isHere);
    return task && { kind: 'task', ...task };
  }
  const region = marks.regions.find((one) => one.depth === row - taskRows && isHere(one));
  return region && { kind: 'region', ...region };
}

interface Bar {
  readonly name: string;
  readonly fromNs: number;
  readonly untilNs: number;
}

export function markCommandsOf(
  marks: GoroutineMarks,
  taskRows: number,
  window: TimeWindow,
  width: number,
  y: number,
  measure: Measure,
): DrawCommand[] {
  const tasks = marks.tasks.flatMap((task) => markBar(task, 'task', window, width, y, measure));
  const regions = marks.regions.flatMap((region) =>
    markBar(region, 'region', window, width, y + (taskRows + region.depth) * markRowHeight, measure),
  );
  const places = marks.logs.map(({ atNs }) => xOf(window, width, atNs));
  const logs = marks.logs.flatMap((log, i) =>
    logDiamond(log, places[i]!, (places[i + 1] ?? width) - places[i]!, width, y, measure),
  );
  return [...tasks, ...regions, ...logs];
}

export function markBar(
  { name, fromNs, untilNs }: Bar,
  kind: 'task' | 'region',
  window: TimeWindow,
  width: number,
  y: number,
  measure: Measure,
): DrawCommand[] {
  const x0 = Math.max(-3, Number.isNaN(fromNs) ? -3 : xOf(window, width, fromNs));
  const x1 = Math.min(width + 3, Number.isNaN(untilNs) ? width + 3 : xOf(window, width, untilNs));
  if (x1 < 0 || x0 > width) return [];
  const box = { x: x0 + 0.5, y: y + 1.5, w: Math.max(1.5, x1 - x0 - 1), h: markRowHeight - 3 };
  if (box.w < 4) return [{ kind: 'rect', ...box, fill: kind }];
  const x = Math.max(4, x0 + 5);
  const length = plain(durationText(durNs(untilNs - fromNs)));
  const labels = Number.isNaN(untilNs - fromNs) ? [name] : [`${name}  ${length}`, name];
  const text = fittingLabel(labels, x1 - x - 3, measure);
  return [
    { kind: 'rect', ...box, fill: `${kind}-soft` },
    { kind: 'outline', ...box, stroke: kind, width: 1 },
    ...(text === ''
      ? []
      : [
          { kind: 'text' as const, x, y: y + markRowHeight / 2 + 0.5, text, fill: kind, font: 'ui' as const },
        ]),
  ];
}

export function logDiamond(
  { category, message }: LogMark,
  x: number,
  room: number,
  width: number,
  y: number,
  measure: Measure,
): DrawCommand[] {
  if (x < -6 || x > width + 6) return [];
  const middle = y + markRowHeight / 2;
  const text = category === '' ? message : `${category}: ${message}`;
  const shown = fittingLabel([text, message], Math.min(260, room - 18), measure);
  return [
    {
      kind: 'polygon',
      points: [
        [x, middle - 5.5],
        [x + 5.5, middle],
        [x, middle + 5.5],
        [x - 5.5, middle],
      ],
      fill: 'task',
      alpha: 1,
    },
    ...(shown === ''
      ? []
      : [
          {
            kind: 'text' as const,
            x: x + 9,
            y: middle,
            text: shown,
            fill: 'task' as const,
            font: 'ui' as const,
          },
        ]),
  ];
}
