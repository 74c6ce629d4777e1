/**
 * Pictures before pixels: what is drawn is first a list of commands in CSS pixels. A painter paints it, tests compare it.
 * Colours are names of the design's tokens (`state-running`, `neutral-0`), so that a list fits every theme.
 */
import type { StateClass } from '../goroutine-state.ts';

export type Ink =
  | `state-${StateClass}`
  | `state-${StateClass}-on`
  | `state-${StateClass}-text`
  | `state-${StateClass}-soft`
  | `neutral-${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`
  | `heat-${0 | 1 | 2 | 3 | 4 | 5 | 6}`
  | 'accent'
  | 'accent-soft'
  | 'accent-line'
  | 'warning'
  | 'danger'
  | 'selection-ink'
  | 'bg-surface'
  | 'bg-panel'
  | 'bg-app'
  | 'cursor'
  | 'task'
  | 'task-soft'
  | 'region'
  | 'region-soft'
  | 'frame-own'
  | 'frame-dep'
  | 'frame-std'
  | 'frame-runtime'
  | 'search-hit'
  | 'search-hit-on';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type DrawCommand =
  | (Box & { readonly kind: 'rect'; readonly fill: Ink; readonly alpha?: number; readonly radius?: number })
  /**
   * A stretch in shares: columns of one CSS pixel, the states stacked from the floor up, each that is present at least one pixel tall
   * (`bucket-drawing.ts`). Column `i` of the box has `shares[i * 9 + class]`, 0 to 1; where nothing is known, all are 0.
   */
  | (Box & { readonly kind: 'columns'; readonly shares: Float32Array })
  /** `diagonal`: stripes on a half-strength ground. `dash`: upright strokes with gaps. */
  | (Box & { readonly kind: 'pattern'; readonly fill: Ink; readonly pattern: 'diagonal' | 'dash' })
  | (Box & {
      readonly kind: 'outline';
      readonly stroke: Ink;
      readonly width: number;
      readonly dash?: readonly [number, number];
    })
  /** Through all points, or as one Bézier curve (start, two controls, end). */
  | {
      readonly kind: 'line' | 'curve';
      readonly points: readonly (readonly [number, number])[];
      readonly stroke: Ink;
      readonly width: number;
      readonly dash?: readonly [number, number];
    }
  | {
      readonly kind: 'polygon';
      readonly points: readonly (readonly [number, number])[];
      readonly fill: Ink;
      readonly alpha: number;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      /** The middle of the letters. */
      readonly y: number;
      readonly text: string;
      readonly fill: Ink;
      readonly font: 'ui' | 'mono';
      readonly align?: 'start' | 'middle' | 'end';
    };

export type DrawList = readonly DrawCommand[];

/** How wide a label would be, in CSS pixels. The painter measures; tests give a fixed width to a letter. */
export type Measure = (text: string, font?: 'ui' | 'mono') => number;

/** The same elsewhere. */
export const movedBy = (command: DrawCommand, x: number, y: number): DrawCommand =>
  'points' in command
    ? { ...command, points: command.points.map(([px, py]) => [px + x, py + y] as const) }
    : { ...command, x: command.x + x, y: command.y + y };
