/** Everything on the lanes' canvas as one picture. */
import type { Note, TimelineSamples } from '#common/analyses/timeline-details.ts';
import { firstIndex } from '#common/first-index.ts';
import { bandCommands, collectorCommands, type CollectorPicture } from '#common/timeline/band-drawing.ts';
import type { DrawCommand, DrawList, Measure } from '#common/timeline/draw-list.ts';
import { laneCommands } from '#common/timeline/lane-drawing.ts';
import { countShares, greatestCount, greatestOf, valueCommands } from '#common/timeline/series-drawing.ts';
import { stackCommands } from '#common/timeline/stack-drawing.ts';
import { xOf, type TimeWindow } from '#common/timeline/time-window.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { overlayOf } from './overlay.ts';
import { markCommandsOf, markRowHeight } from '../../timeline/mark-drawing.ts';
import { rowHeights } from './lane-rows.svelte.ts';
import { barsHeight, laneOf, type ShownRow, type Timeline } from './timeline.svelte.ts';

interface Scene {
  readonly timeline: Timeline;
  readonly window: TimeWindow;
  readonly width: number;
  readonly measure: Measure;
}

/** The rows that scroll, pinned ones over them, bands through all, and on top the selection and marks. */
export function lanesPicture(timeline: Timeline, notes: readonly Note[], measure: Measure): DrawList {
  const { window, width } = timeline.viewport;
  const scene: Scene = { timeline, window, width, measure };
  const collector: CollectorPicture = { marking: timeline.picture('c0'), stopped: timeline.picture('c1') };
  const commands: DrawCommand[] = [];
  for (const shown of timeline.shownRows)
    if (!shown.isPinned) commands.push(...rowCommands(scene, shown, collector));
  const { pinnedHeight } = timeline;
  if (pinnedHeight > 0) {
    commands.push({ kind: 'rect', x: 0, y: 0, w: width, h: pinnedHeight, fill: 'bg-surface' });
    for (const shown of timeline.pinnedRows) commands.push(...rowCommands(scene, shown, collector));
    commands.push({ kind: 'rect', x: 0, y: pinnedHeight - 1, w: width, h: 1, fill: 'neutral-6' });
  }
  commands.push(
    ...bandCommands(collector, window, width, timeline.height),
    ...overlayOf(timeline, notes, measure),
  );
  return commands;
}

function rowCommands(scene: Scene, shown: ShownRow, collector: CollectorPicture): DrawCommand[] {
  const { row, y, height } = shown;
  const rule: DrawCommand = {
    kind: 'rect',
    x: 0,
    y: y + height - 1,
    w: scene.width,
    h: 1,
    fill: 'neutral-4',
  };
  const lane = laneOf(row);
  if (lane !== undefined) return [rule, ...laneRow(scene, shown, lane)];
  const { width } = scene;
  switch (row.kind) {
    case 'section':
      return [
        { kind: 'rect', x: 0, y, w: width, h: height, fill: 'bg-app' },
        { kind: 'rect', x: 0, y, w: width, h: 1, fill: 'neutral-5' },
      ];
    case 'collector':
      return [
        rule,
        ...collectorCommands(collector, scene.window, { y, h: rowHeights.collector, width }, scene.measure),
      ];
    case 'heap':
      return [rule, ...heap(scene, y)];
    case 'goroutine-counts':
    case 'processor-counts':
      return [rule, ...counts(scene, row.kind, y)];
    case 'task':
      return [rule, ...taskBar(scene, row.row, y)];
    default:
      return [rule];
  }
}

function laneRow(scene: Scene, shown: ShownRow, lane: LaneKey): DrawCommand[] {
  const { row, y } = shown;
  const { timeline, window, width, measure } = scene;
  const h = barsHeight(row);
  const bars =
    row.kind === 'group'
      ? { y: y + 8, h: h - 11, width }
      : row.kind === 'lane'
        ? { y: y + 2, h: h - 4, width }
        : { y: y + 2, h: h - 3, width };
  const commands = laneCommands(timeline.picture(lane), window, bars, measure);
  if (row.kind === 'lane') commands.push(...sampleTriangles(scene, lane, y));
  if (row.kind === 'group') commands.push(...timeline.outliers.commands(lane, window, width, y + 2));
  if (row.kind === 'goroutine') {
    commands.push(...sampleTriangles(scene, lane, y));
    if (timeline.isUnfolded(lane, !shown.isPinned || timeline.pinned.includes(lane)))
      commands.push(...below(scene, lane, y + h));
  }
  return commands;
}

/** Tasks, regions and stacks of an unfolded goroutine. */
function below({ timeline, window, width, measure }: Scene, lane: LaneKey, y: number): DrawCommand[] {
  const { details } = timeline;
  const parts = details.partsOf(lane);
  const marks = details.marksOf(lane);
  const commands = marks ? markCommandsOf(marks, parts.tasks, window, width, y, measure) : [];
  const top = y + Math.max(1, parts.tasks + parts.regions) * markRowHeight + 1;
  const track = timeline.stacksOf(lane);
  if (track) return [...commands, ...stackCommands(track, { window, width, y: top }, measure)];
  return [
    ...commands,
    { kind: 'text', x: 6, y: top + 7, text: 'zoom in to see stacks', fill: 'neutral-9', font: 'ui' },
  ];
}

function heap({ timeline, window, width }: Scene, y: number): DrawCommand[] {
  const values = timeline.counters.answer?.values;
  if (!values) return [];
  const all = timeline.overview?.values;
  const top =
    Math.max(
      greatestOf(values.heapAllocated),
      greatestOf(values.heapGoal),
      greatestOf(all?.heapAllocated),
      greatestOf(all?.heapGoal),
    ) * 1.06;
  const lane = { y: y + 3, h: rowHeights.heap - 5, width };
  return [
    ...(values.heapAllocated
      ? valueCommands(values.heapAllocated, window, lane, top, { stroke: 'state-network', isFilled: true })
      : []),
    ...(values.heapGoal
      ? valueCommands(values.heapGoal, window, lane, top, {
          stroke: 'neutral-9',
          isFilled: false,
          dash: [4, 3],
        })
      : []),
  ];
}

function counts(
  { timeline, window, width }: Scene,
  kind: 'goroutine-counts' | 'processor-counts',
  y: number,
): DrawCommand[] {
  const answer = timeline.counts.answer?.counts;
  const series = answer?.[kind === 'goroutine-counts' ? 0 : 1];
  if (!series) return [];
  const all = timeline.overview?.[kind === 'goroutine-counts' ? 'goroutines' : 'processors'];
  const most = Math.max(1, greatestCount(series), all ? greatestCount(all) : 0);
  const h = rowHeights[kind] - 5;
  return [
    {
      kind: 'columns',
      x: 0,
      y: y + 3,
      w: Math.ceil(width),
      h,
      shares: countShares(series, window, width, most),
    },
  ];
}

function taskBar(
  { window, width, measure }: Scene,
  task: { readonly name: string; readonly fromNs: number; readonly untilNs: number },
  y: number,
): DrawCommand[] {
  const until = Number.isNaN(task.untilNs) ? window.until : task.untilNs;
  const from = Number.isNaN(task.fromNs) ? window.from : task.fromNs;
  const x0 = Math.max(-2, xOf(window, width, from));
  const x1 = Math.min(width + 2, xOf(window, width, until));
  if (x1 < 0 || x0 > width) return [];
  const box = { x: x0, y: y + 5, w: Math.max(2, x1 - x0), h: rowHeights.task - 11 };
  const commands: DrawCommand[] = [
    { kind: 'rect', ...box, fill: 'task-soft' },
    { kind: 'outline', ...box, stroke: 'task', width: 1 },
  ];
  const room = box.w - 10 - Math.max(0, -x0);
  if (measure(task.name) < room)
    commands.push({
      kind: 'text',
      x: Math.max(5, x0 + 5),
      y: y + rowHeights.task / 2,
      text: task.name,
      fill: 'task',
      font: 'ui',
    });
  return commands;
}

/** CPU samples: small triangles that hang from the lane's upper edge. */
function sampleTriangles({ timeline, window, width }: Scene, lane: LaneKey, y: number): DrawCommand[] {
  const samples = timeline.samples.answer;
  if (samples?.kind !== 'samples') return [];
  const column = columnOf(samples, lane);
  if (!column) return [];
  const number = Number(lane.slice(1));
  const commands: DrawCommand[] = [];
  for (
    let i = firstIndex(samples.times.length, (at) => samples.times[at]! >= window.from);
    i < samples.times.length;
    i++
  ) {
    if (samples.times[i]! > window.until) break;
    if (column[i] !== number) continue;
    const x = xOf(window, width, samples.times[i]!);
    commands.push({
      kind: 'polygon',
      points: [
        [x - 2.5, y + 0.5],
        [x + 2.5, y + 0.5],
        [x, y + 4],
      ],
      fill: 'neutral-11',
      alpha: 0.85,
    });
  }
  return commands;
}

function columnOf(
  samples: Extract<TimelineSamples, { kind: 'samples' }>,
  lane: LaneKey,
): Float64Array | undefined {
  if (lane.startsWith('p')) return samples.processors;
  return lane.startsWith('g') ? samples.goroutines : undefined;
}
