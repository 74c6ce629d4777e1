/** Collections and stops of the world: marks in their own lane, and bands through everything. */
import { durationText, plain } from '../quantity-text.ts';
import { durNs } from '../units.ts';
import type { DrawCommand, Measure } from './draw-list.ts';
import type { LanePicture } from './lane-picture.ts';
import { fittingLabel } from './span-drawing.ts';
import { lengthOf, xOf, type TimeWindow } from './time-window.ts';

export interface CollectorPicture {
  readonly marking: LanePicture;
  readonly stopped: LanePicture;
}

interface Stretch {
  readonly x0: number;
  readonly x1: number;
  readonly ns: number;
  readonly isShare: boolean;
}

const classCount = 9;
const gcClass = 2;

/** Where a lane of the collector is on, in pixels; of columns those with any, joined. */
function stretches(picture: LanePicture, window: TimeWindow, width: number): readonly Stretch[] {
  if (picture.form === 'unread') return [];
  if (picture.form === 'spans')
    return picture.spans.map(({ from, until }) => ({
      x0: xOf(window, width, from),
      x1: xOf(window, width, until),
      ns: until - from,
      isShare: false,
    }));
  const found: { x0: number; x1: number; ns: number; isShare: boolean }[] = [];
  const columns = picture.shares.length / classCount;
  for (let column = 0; column < columns; column++) {
    const share = picture.shares[column * classCount + gcClass]!;
    if (share <= 0) continue;
    const ns = (share * lengthOf(window)) / width;
    const last = found.at(-1);
    if (last && last.x1 === column && share > 0.98) {
      last.x1 = column + 1;
      last.ns += ns;
    } else found.push({ x0: column, x1: column + 1, ns, isShare: true });
  }
  return found;
}

/** Through all lanes: a tint where marking goes on, ink where the world stands still. */
export function bandCommands(
  { marking, stopped }: CollectorPicture,
  window: TimeWindow,
  width: number,
  height: number,
): DrawCommand[] {
  const bands: DrawCommand[] = [];
  for (const { x0, x1 } of stretches(marking, window, width))
    bands.push({ kind: 'rect', ...across(x0, x1, width), y: 0, h: height, fill: 'state-gc', alpha: 0.085 });
  for (const { x0, x1 } of stretches(stopped, window, width))
    if (x1 - x0 >= 1.5)
      bands.push({ kind: 'rect', ...across(x0, x1, width), y: 0, h: height, fill: 'neutral-12', alpha: 0.2 });
  return bands;
}

/** The collector's own lane: a block for each collection, ends in ink where the world was stopped. */
export function collectorCommands(
  { marking, stopped }: CollectorPicture,
  window: TimeWindow,
  lane: { readonly y: number; readonly h: number; readonly width: number },
  measure: Measure,
): DrawCommand[] {
  const box = { y: lane.y + 3, h: lane.h - 6 };
  const commands: DrawCommand[] = [];
  const labels: DrawCommand[] = [];
  for (const { x0, x1, ns, isShare } of stretches(marking, window, lane.width)) {
    const placed = across(x0, x1, lane.width);
    commands.push({ kind: 'rect', ...placed, ...box, fill: 'state-gc' });
    const length = plain(durationText(durNs(Math.round(ns))));
    const x = Math.max(0, x0) + 10;
    const names = isShare ? [] : [`Collection, marking ${length}`, `Marking ${length}`, 'GC'];
    const text = fittingLabel(names, placed.x + placed.w - x - 4, measure);
    if (text !== '')
      labels.push({ kind: 'text', x, y: lane.y + lane.h / 2 + 0.5, text, fill: 'state-gc-on', font: 'ui' });
  }
  for (const { x0, x1 } of stretches(stopped, window, lane.width))
    commands.push({ kind: 'rect', ...across(x0, x1, lane.width), ...box, fill: 'neutral-12' });
  return [...commands, ...labels];
}

const across = (x0: number, x1: number, width: number): { readonly x: number; readonly w: number } => {
  const x = Math.max(-2, x0);
  return { x, w: Math.max(1.5, Math.min(width + 2, x1) - x) };
};
