/** Collections and stops of the world: marks in their own lane, and bands through everything. */
import { stateClasses } from '../goroutine-state.ts';
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
  /** Of the pixels that it covers, for how much it was on. */
  readonly share: number;
}

const classCount = stateClasses.length;
const gcClass = stateClasses.indexOf('gc');

/** Where a lane of the collector is on, in pixels; of columns those with any, joined. */
function stretches(picture: LanePicture, window: TimeWindow, width: number): readonly Stretch[] {
  if (picture.form === 'unread') return [];
  if (picture.form === 'spans')
    return picture.spans.map(({ from, until }) => {
      const [x0, x1] = [xOf(window, width, from), xOf(window, width, until)];
      return { x0, x1, ns: until - from, share: Math.min(1, x1 - x0) };
    });
  const found: Stretch[] = [];
  const columns = picture.shares.length / classCount;
  for (let column = 0; column < columns; column++) {
    const share = Math.min(1, picture.shares[column * classCount + gcClass]!);
    if (share <= 0) continue;
    const ns = (share * lengthOf(window)) / width;
    const last = found.at(-1);
    if (last?.x1 === column && Math.abs(last.share - share) < 0.02)
      found[found.length - 1] = { ...last, x1: column + 1, ns: last.ns + ns };
    else found.push({ x0: column, x1: column + 1, ns, share });
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
  for (const { x0, x1, share } of stretches(marking, window, width))
    bands.push({
      kind: 'rect',
      ...across(x0, x1, width),
      y: 0,
      h: height,
      fill: 'state-gc',
      alpha: 0.085 * share,
    });
  for (const { x0, x1, share } of stretches(stopped, window, width))
    if (share >= 0.1)
      bands.push({
        kind: 'rect',
        ...across(x0, x1, width),
        y: 0,
        h: height,
        fill: 'neutral-12',
        alpha: 0.2 * share,
      });
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
  for (const { x0, x1, ns, share } of stretches(marking, window, lane.width)) {
    const placed = across(x0, x1, lane.width);
    // Of a column, as tall as its share.
    const tall = Math.max(3, Math.round(box.h * share));
    commands.push({ kind: 'rect', ...placed, y: box.y + box.h - tall, h: tall, fill: 'state-gc' });
    const length = plain(durationText(durNs(Math.round(ns))));
    const x = Math.max(0, x0) + 10;
    const names =
      share < 1 || x1 - x0 <= 1 ? [] : [`Collection, marking ${length}`, `Marking ${length}`, 'GC'];
    const text = fittingLabel(names, placed.x + placed.w - x - 4, measure);
    if (text !== '')
      labels.push({ kind: 'text', x, y: lane.y + lane.h / 2 + 0.5, text, fill: 'state-gc-on', font: 'ui' });
  }
  for (const { x0, x1, share } of stretches(stopped, window, lane.width)) {
    // Slivers leave something to be seen of the collection beside them.
    const tall = x1 - x0 < 2 ? Math.max(2, Math.round(box.h * 0.35 * share)) : box.h;
    commands.push({ kind: 'rect', ...across(x0, x1, lane.width), y: box.y, h: tall, fill: 'neutral-12' });
  }
  return [...commands, ...labels];
}

const across = (x0: number, x1: number, width: number): { readonly x: number; readonly w: number } => {
  const x = Math.max(-2, x0);
  return { x, w: Math.max(1, Math.min(width + 2, x1) - x) };
};
