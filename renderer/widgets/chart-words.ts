import type { Ink } from '#common/timeline/draw-list.ts';

export interface LegendEntry {
  readonly name: string;
  readonly ink: Ink;
  readonly form: 'area' | 'line' | 'dashed' | 'band';
}

export interface ReadoutRow {
  readonly name: string;
  readonly value: string;
  readonly ink?: Ink;
}

/** What a chart has to say of a place. */
export interface Readout {
  readonly title: string;
  readonly rows: readonly ReadoutRow[];
}

/** The same, read aloud. */
export const readoutWords = ({ title, rows }: Readout): string =>
  [title, ...rows.map(({ name, value }) => `${name} ${value}`.trim())].join(', ');
