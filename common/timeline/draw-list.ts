/**
 * Pictures before pixels: what is drawn is first a list of commands in CSS pixels. The canvas plays it, tests compare it.
 * Colours are names of the design's tokens (`state-running`, `neutral-0`), so that a list fits every theme.
 */
import type { StateClass } from '../goroutine-state.ts';

export type Ink =
  | `state-${StateClass}`
  | `state-${StateClass}-on`
  | `state-${StateClass}-text`
  | `state-${StateClass}-soft`
  | `neutral-${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`
  | 'accent'
  | 'selection-ink'
  | 'bg-surface'
  | 'cursor';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type DrawCommand =
  | (Box & { readonly kind: 'rect'; readonly fill: Ink; readonly alpha?: number })
  /** `diagonal`: stripes on a half-strength ground. `dash`: upright strokes with gaps. */
  | (Box & { readonly kind: 'pattern'; readonly fill: Ink; readonly pattern: 'diagonal' | 'dash' })
  | (Box & { readonly kind: 'outline'; readonly stroke: Ink; readonly width: number })
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
      readonly align?: 'start' | 'end';
    };

export type DrawList = readonly DrawCommand[];

/** How wide a label would be, in CSS pixels. The canvas measures; tests give a fixed width to a letter. */
export type Measure = (text: string) => number;
