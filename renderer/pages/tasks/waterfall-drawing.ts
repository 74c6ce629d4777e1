/** A task's lanes as a picture, and what stands where in it. */
import type { TaskEvent } from '#common/analyses/task-analysis.ts';
import type { LogMark, RegionMark } from '#common/analyses/timeline-details.ts';
import type { DrawCommand, DrawList, Measure } from '#common/timeline/draw-list.ts';
import { laneCommands } from '#common/timeline/lane-drawing.ts';
import { shownSpanAt, type LanePicture, type ShownSpan } from '#common/timeline/lane-picture.ts';
import { timelineAxis } from '#common/timeline/time-axis.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { xOf, type TimeWindow } from '#common/timeline/time-window.ts';
import { logDiamond, markBar, markRowHeight } from '../../timeline/mark-drawing.ts';
import {
  laneHeight,
  logsTop,
  regionsTop,
  type ChildLane,
  type GoroutineLane,
  type WaterfallLane,
} from './waterfall-rows.ts';

export const axisHeight = 22;
const reachPx = 4;
const logReach = 7;

export interface WaterfallPicture {
  readonly lanes: readonly WaterfallLane[];
  readonly window: TimeWindow;
  /** Of the task. */
  readonly stretch: TimeWindow;
  readonly width: number;
  readonly pictureOf: (lane: LaneKey) => LanePicture;
  /** Stands out. */
  readonly event: TaskEvent | undefined;
}

export function waterfallList(picture: WaterfallPicture, measure: Measure): DrawList {
  const { lanes, window, width } = picture;
  const height = axisHeight + lanes.reduce((so, { h }) => so + h, 0);
  return [
    ...timelineAxis(window, width, axisHeight),
    { kind: 'rect', x: 0, y: axisHeight - 1, w: width, h: 1, fill: 'neutral-5' },
    ...lanes.flatMap((lane) => [
      ...(lane.kind === 'goroutine'
        ? goroutineCommands(lane, picture, measure)
        : childCommands(lane, picture, measure)),
      rule(axisHeight + lane.y + lane.h - 1, width),
    ]),
    ...ends(picture, height),
    ...eventCommands(picture, height),
  ];
}

const rule = (y: number, width: number): DrawCommand => ({
  kind: 'rect',
  x: 0,
  y,
  w: width,
  h: 1,
  fill: 'neutral-4',
});

function goroutineCommands(
  lane: GoroutineLane,
  { pictureOf, window, width }: WaterfallPicture,
  measure: Measure,
): DrawCommand[] {
  const y = axisHeight + lane.y;
  const bars = { y: y + 2, h: laneHeight - 5, width };
  const places = lane.logs.map(({ atNs }) => xOf(window, width, atNs));
  return [
    ...laneCommands(pictureOf(`g${lane.id}`), window, bars, measure),
    ...lane.logs.flatMap((log, i) =>
      logDiamond(log, places[i]!, (places[i + 1] ?? width) - places[i]!, width, y + logsTop, measure),
    ),
    ...lane.regions.flatMap((region) =>
      markBar(region, 'region', window, width, y + regionsTop(lane) + region.depth * markRowHeight, measure),
    ),
  ];
}

function childCommands(
  { task, y }: ChildLane,
  { window, width }: WaterfallPicture,
  measure: Measure,
): DrawCommand[] {
  const bar = { name: task.type, fromNs: task.startNs ?? NaN, untilNs: task.endNs ?? NaN };
  return markBar(bar, 'task', window, width, axisHeight + y + 4, measure);
}

/** Where the task begins and ends, if that can be seen. */
const ends = ({ stretch, window, width }: WaterfallPicture, height: number): DrawCommand[] =>
  [stretch.from, stretch.until]
    .map((ns) => Math.round(xOf(window, width, ns)))
    .filter((x) => x > 0 && x < width)
    .map((x) => ({
      kind: 'line',
      points: [
        [x, axisHeight],
        [x, height],
      ],
      stroke: 'task',
      width: 1,
      dash: [3, 3],
    }));

function eventCommands({ event, lanes, window, width }: WaterfallPicture, height: number): DrawCommand[] {
  if (!event) return [];
  const x = Math.round(xOf(window, width, event.ns));
  if (x < 0 || x > width) return [];
  const lane = lanes.find((one) => one.kind === 'goroutine' && one.id === event.goroutine);
  const line: DrawCommand = { kind: 'rect', x, y: axisHeight, w: 1, h: height - axisHeight, fill: 'cursor' };
  if (!lane) return [line];
  const top = axisHeight + lane.y + 1;
  return [line, { kind: 'rect', x: x - 1, y: top, w: 3, h: lane.h - 3, fill: 'selection-ink' }];
}

export type PointedPart =
  | { readonly kind: 'log'; readonly log: LogMark }
  | { readonly kind: 'region'; readonly region: RegionMark }
  | { readonly kind: 'child'; readonly child: ChildLane['task'] }
  | { readonly kind: 'span'; readonly span: ShownSpan };

/** Places in CSS pixels from the picture's upper left corner. */
export function partAt(
  { lanes, window, width, pictureOf }: WaterfallPicture,
  x: number,
  y: number,
): { readonly lane: WaterfallLane; readonly part: PointedPart | undefined } | undefined {
  const lane = lanes.find((one) => y >= axisHeight + one.y && y < axisHeight + one.y + one.h);
  if (!lane) return undefined;
  if (lane.kind === 'child') return { lane, part: { kind: 'child', child: lane.task } };
  const below = y - axisHeight - lane.y;
  if (below < laneHeight) {
    const span = shownSpanAt(pictureOf(`g${lane.id}`), window, width, x, reachPx);
    return { lane, part: span && { kind: 'span', span } };
  }
  return { lane, part: markAt(lane, below, x, window, width) };
}

function markAt(
  lane: GoroutineLane,
  below: number,
  x: number,
  window: TimeWindow,
  width: number,
): PointedPart | undefined {
  const log = lane.logs.find(({ atNs }) => Math.abs(xOf(window, width, atNs) - x) < logReach);
  if (below < regionsTop(lane)) return log && { kind: 'log', log };
  const depth = Math.floor((below - regionsTop(lane)) / markRowHeight);
  const region = lane.regions.find(
    (one) =>
      one.depth === depth &&
      !(xOf(window, width, one.fromNs) > x + 1) &&
      !(xOf(window, width, one.untilNs) < x - 1),
  );
  return region && { kind: 'region', region };
}
