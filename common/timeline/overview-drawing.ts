/**
 * The whole trace in a strip, with the window as a brush:
 *
 *       3 ├ collections ┤                      6 tall
 *      12 ├ processors that are busy, and the heap as a line ┤    34 tall
 *      49 ├ goroutines by state ┤              24 tall
 *      76
 */
import type { TimelineOverview } from '../analyses/timeline-results.ts';
import type { DrawCommand } from './draw-list.ts';
import { countShares, greatestCount, greatestOf, valueCommands } from './series-drawing.ts';
import { lengthOf, xOf, type TimeWindow } from './time-window.ts';

export const overviewHeight = 76;
const busyLane = { y: 12, h: 34 };
const statesLane = { y: 49, h: 24 };

/** Everything but the brush: the same as long as the trace does not grow. */
export function overviewCommands(
  overview: TimelineOverview,
  whole: TimeWindow,
  width: number,
): DrawCommand[] {
  const columns = Math.ceil(width);
  if (columns <= 0) return [];
  const processors = Math.max(1, greatestCount(overview.processors));
  const goroutines = Math.max(1, greatestCount(overview.goroutines));
  const heap = overview.values.heapAllocated;
  const commands: DrawCommand[] = [
    {
      kind: 'columns',
      x: 0,
      ...busyLane,
      w: columns,
      shares: countShares(overview.processors, whole, width, processors),
    },
    { kind: 'rect', x: 0, y: 47, w: width, h: 1, fill: 'neutral-5' },
    {
      kind: 'columns',
      x: 0,
      ...statesLane,
      w: columns,
      shares: countShares(overview.goroutines, whole, width, goroutines),
    },
  ];
  const collector = collectorMarks(overview, whole, width);
  const top = Math.max(greatestOf(heap), greatestOf(overview.values.heapGoal)) * 1.05;
  const line =
    heap && top > 0
      ? valueCommands(heap, whole, { ...busyLane, width }, top, { stroke: 'neutral-12', isFilled: false })
      : [];
  return [...commands, ...collector, ...line];
}

function collectorMarks({ collector }: TimelineOverview, whole: TimeWindow, width: number): DrawCommand[] {
  const commands: DrawCommand[] = [];
  const bucketNs = 2 ** collector.level;
  for (let bucket = 0; bucket < collector.count; bucket++) {
    const isOn = collector.marking[bucket]! > 0;
    const isStopped = collector.stopped[bucket]! > 0;
    if (!isOn && !isStopped) continue;
    const x0 = Math.floor(xOf(whole, width, (collector.first + bucket) * bucketNs));
    const x1 = xOf(whole, width, (collector.first + bucket + 1) * bucketNs);
    const box = { x: x0, y: 3, w: Math.max(1, x1 - x0), h: 6 };
    commands.push({ kind: 'rect', ...box, fill: isOn ? 'state-gc' : 'neutral-9' });
  }
  return commands;
}

/** Where the window is, and the wider one that it was narrowed from. */
export function brushCommands(
  window: TimeWindow,
  outer: TimeWindow | undefined,
  whole: TimeWindow,
  width: number,
): DrawCommand[] {
  const h = overviewHeight;
  const a = xOf(whole, width, window.from);
  const b = Math.max(a + 1, xOf(whole, width, window.until));
  if (lengthOf(window) >= lengthOf(whole))
    return [{ kind: 'outline', x: 1, y: 1, w: width - 2, h: h - 2, stroke: 'accent', width: 1.5 }];
  const [c, d] = outer ? [xOf(whole, width, outer.from), xOf(whole, width, outer.until)] : [a, b];
  const commands: DrawCommand[] = [
    { kind: 'rect', x: 0, y: 0, w: Math.max(0, c), h, fill: 'bg-panel', alpha: 0.52 },
    { kind: 'rect', x: d, y: 0, w: Math.max(0, width - d), h, fill: 'bg-panel', alpha: 0.52 },
  ];
  if (outer)
    commands.push({
      kind: 'outline',
      x: c + 0.5,
      y: 1.5,
      w: Math.max(2, d - c),
      h: h - 3,
      stroke: 'neutral-8',
      width: 1,
      dash: [3, 3],
    });
  commands.push(
    { kind: 'rect', x: a - 1, y: 0, w: Math.max(4, b - a + 2), h, fill: 'accent', alpha: 0.16 },
    { kind: 'rect', x: a - 2, y: 0, w: 1.5, h, fill: 'accent' },
    { kind: 'rect', x: b + 1, y: 0, w: 1.5, h, fill: 'accent' },
    { kind: 'rect', x: a - 5, y: h / 2 - 9, w: 5, h: 18, fill: 'accent', radius: 2 },
    { kind: 'rect', x: b, y: h / 2 - 9, w: 5, h: 18, fill: 'accent', radius: 2 },
  );
  return commands;
}
