import { durationText, plain, pointDigits, pointText } from '../quantity-text.ts';
import { durNs, traceNs } from '../units.ts';
import type { DrawCommand } from './draw-list.ts';
import { lengthOf, xOf, type TimeWindow } from './time-window.ts';

export interface Tick {
  readonly at: number;
  /** The first is a point in time, the others say how much later they are. */
  readonly text: string;
}

const roomForLabel = 110;

/** 1, 2 or 5 times a power of ten, at least 1 ns. */
export function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)));
  for (const times of [1, 2, 5]) if (power * times >= atLeast) return power * times;
  return power * 10;
}

/** `4.122 s`, `+2 ms`, `+4 ms` …: the first tells where, the others how far from it. */
export function ticksOf(window: TimeWindow, width: number): Tick[] {
  const step = niceStep((lengthOf(window) / width) * roomForLabel);
  const first = Math.ceil(window.from / step) * step;
  const ticks: Tick[] = [];
  for (let at = first; at <= window.until; at += step) {
    const later = durNs(at - first);
    const text = at === first ? plain(pointText(traceNs(at), pointDigits(step))) : `+${shortDuration(later)}`;
    ticks.push({ at, text });
  }
  return ticks;
}

/** Steps are round numbers: `+4 ms`, not `+4.00 ms`. */
const shortDuration = (ns: number): string =>
  plain(
    durationText(durNs(ns)).map((figure) => ({
      ...figure,
      value: figure.value.replace(/\.0+$|(?<=\.\d*[1-9])0+$/, ''),
    })),
  );

export function axisCommands(window: TimeWindow, width: number, left: number, y: number): DrawCommand[] {
  const commands: DrawCommand[] = [{ kind: 'rect', x: left, y, w: width, h: 1, fill: 'neutral-6' }];
  for (const { at, text } of ticksOf(window, width)) {
    const x = left + xOf(window, width, at);
    commands.push({ kind: 'rect', x, y, w: 1, h: 5, fill: 'neutral-6' });
    if (x < left + width - 60)
      commands.push({ kind: 'text', x: x + 4, y: y + 10, text, fill: 'neutral-9', font: 'mono' });
  }
  return commands;
}

/** The timeline's axis, `height` tall: labels above, ticks below, four small ones between two that are labelled. */
export function timelineAxis(window: TimeWindow, width: number, height: number): DrawCommand[] {
  const commands: DrawCommand[] = [];
  const ticks = ticksOf(window, width);
  const step = niceStep((lengthOf(window) / width) * roomForLabel);
  const first = ticks[0]?.at ?? window.from;
  for (let at = first - step; at <= window.until; at += step / 5) {
    const x = xOf(window, width, at);
    if (x >= 0) commands.push({ kind: 'rect', x, y: height - 5, w: 1, h: 4, fill: 'neutral-6' });
  }
  for (const { at, text } of ticks) {
    const x = xOf(window, width, at);
    commands.push({ kind: 'rect', x, y: height - 10, w: 1, h: 9, fill: 'neutral-6' });
    if (x < width - 60)
      commands.push({ kind: 'text', x: x + 4, y: 10, text, fill: 'neutral-10', font: 'mono' });
  }
  return commands;
}
