/** The axis below a chart: points in time, or durations by their logarithm. */
import type { DrawCommand, DrawList } from '#common/timeline/draw-list.ts';
import { ticksOf } from '#common/timeline/time-axis.ts';
import { traceNs } from '#common/units.ts';
import { decadeTicks, type Scale } from './chart-axis.ts';

export type AxisKind = 'time' | 'duration';

const roomForDuration = 60;

/** `top`: where the chart ends. */
export function axisList(kind: AxisKind, along: Scale, top: number): DrawList {
  const right = along.end;
  return ticksAlong(kind, along).flatMap(({ at, text }): DrawCommand[] => {
    const x = along.place(at);
    if (x > right + 0.5) return [];
    const isLast = x > right - 40;
    const align = isLast ? 'end' : kind === 'duration' ? 'middle' : 'start';
    return [
      { kind: 'rect', x: Math.min(x, right - 1), y: top, w: 1, h: 5, fill: 'neutral-6' },
      {
        kind: 'text',
        x: align === 'start' ? x + 4 : x,
        y: top + 12,
        text,
        fill: 'neutral-9',
        font: 'mono',
        align,
      },
    ];
  });
}

interface PlacedTick {
  readonly at: number;
  readonly text: string;
}

function ticksAlong(kind: AxisKind, { range, start, end }: Scale): readonly PlacedTick[] {
  const width = end - start;
  if (kind === 'time') return ticksOf({ from: traceNs(range.from), until: traceNs(range.until) }, width);
  const each = width / Math.max(1, Math.log10(range.until / range.from));
  const stride = Math.max(1, Math.ceil(roomForDuration / each));
  return decadeTicks(range, 'ns').flatMap(({ value, text }, i) =>
    i % stride === 0 ? [{ at: value, text }] : [],
  );
}
