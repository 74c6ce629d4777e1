import type { StateClass } from '../goroutine-state.ts';
import type { Box, DrawCommand, Ink, Measure } from './draw-list.ts';
import { rise, tint } from './state-form.ts';

/** A span on the screen. `labels` are what it may be called, the longest first: the first that fits is written. */
export interface DrawnSpan {
  readonly stateClass: StateClass;
  readonly x0: number;
  readonly x1: number;
  readonly labels: readonly string[];
}

/** Where spans stand: their floor is `y + h`. */
export interface Lane {
  readonly y: number;
  readonly h: number;
  readonly width: number;
}

const labelAir = 5;
const narrowestLabel = 18;
/** Spans end this far outside the lane at most, so that a long one costs no more to draw than a short one. */
const margin = 8;

/**
 * One exact span: running solid, syscall solid with a notched top, runnable hatched, waits a tinted body on a solid foot, what
 * idles flat. Below 5 px all are solid: slivers keep colour and height.
 */
export function spanCommands(span: DrawnSpan, lane: Lane, measure: Measure): DrawCommand[] {
  const x = Math.max(span.x0, -margin);
  const end = Math.min(span.x1, lane.width + margin);
  const gap = span.x1 - span.x0 > 4 ? 1 : 0;
  const h = Math.max(2, Math.round(lane.h * rise[span.stateClass]));
  const box = { x, y: lane.y + lane.h - h, w: Math.max(1, end - x - gap), h };
  return [...body(span.stateClass, box), ...label(span, box, lane, measure)];
}

function body(state: StateClass, box: Box): DrawCommand[] {
  const fill: Ink = `state-${state}`;
  if (isTinted(state, box)) return tintedBody(state, box);
  if (state === 'runnable' && box.w > 5) return [{ kind: 'pattern', ...box, fill, pattern: 'diagonal' }];
  if (state === 'unknown' && box.w > 5) return [{ kind: 'pattern', ...box, fill, pattern: 'dash' }];
  const solid: DrawCommand = { kind: 'rect', ...box, fill };
  return state === 'syscall' && box.w > 6 ? [solid, ...notches(box)] : [solid];
}

const isTinted = (state: StateClass, box: Box): boolean => state in tint && rise[state] > 0.5 && box.w > 4;

function tintedBody(state: StateClass, box: Box): DrawCommand[] {
  const fill: Ink = `state-${state}`;
  const { x, y, w, h } = box;
  const commands: DrawCommand[] = [
    { kind: 'rect', x, y, w, h, fill, alpha: tint[state] ?? 1 },
    { kind: 'rect', x, y: y + h - 3, w, h: 3, fill },
    { kind: 'rect', x, y, w: 1.5, h, fill },
  ];
  if (state === 'gc') {
    for (let tooth = x + 3; tooth < x + w - 1; tooth += 4) {
      commands.push({ kind: 'rect', x: tooth, y, w: 1, h: h - 3, fill });
    }
  }
  return commands;
}

function notches({ x, y, w }: Box): DrawCommand[] {
  const commands: DrawCommand[] = [];
  for (let notch = x + 3; notch < x + w - 3; notch += 8) {
    commands.push({ kind: 'rect', x: notch, y, w: 3, h: 2.5, fill: 'neutral-0' });
  }
  return commands;
}

/** The first that fits, else none: an identifier is never cut. */
export const fittingLabel = (labels: readonly string[], room: number, measure: Measure): string =>
  labels.find((label) => label !== '' && measure(label) <= room) ?? '';

function label(span: DrawnSpan, box: Box, lane: Lane, measure: Measure): DrawCommand[] {
  if (box.w < narrowestLabel) return [];
  const x = Math.max(box.x, 0) + labelAir;
  const text = fittingLabel(span.labels, box.x + box.w - x - 3, measure);
  if (text === '') return [];
  const state = span.stateClass;
  if (rise[state] <= 0.5) {
    return [
      { kind: 'text', x, y: lane.y + (lane.h - box.h) / 2, text, fill: `state-${state}-text`, font: 'ui' },
    ];
  }
  const tinted = isTinted(state, box);
  const y = box.y + (tinted ? (box.h - 2) / 2 : box.h / 2 + 0.5);
  const letters: DrawCommand = {
    kind: 'text',
    x,
    y,
    text,
    fill: tinted ? 'neutral-12' : `state-${state}-on`,
    font: 'ui',
  };
  // Stripes and teeth would cut through the letters.
  if (state !== 'gc' && state !== 'runnable') return [letters];
  const behind: Box = { x: x - 3, y: y - 7, w: measure(text) + 6, h: 14 };
  return [
    { kind: 'rect', ...behind, fill: `state-${state}-soft` },
    { ...letters, fill: 'neutral-12' },
  ];
}

/** The selected span: ink within a halo of paper, so that it stands out on any colour. */
export function selectionCommands(x0: number, x1: number, lane: Lane): DrawCommand[] {
  const x = Math.max(x0, -margin);
  const w = Math.max(3, Math.min(x1, lane.width + margin) - x);
  return [
    { kind: 'outline', x: x - 2, y: lane.y - 2.5, w: w + 4, h: lane.h + 5, stroke: 'bg-surface', width: 4 },
    {
      kind: 'outline',
      x: x - 1,
      y: lane.y - 1.5,
      w: w + 2,
      h: lane.h + 3,
      stroke: 'selection-ink',
      width: 2,
    },
  ];
}
