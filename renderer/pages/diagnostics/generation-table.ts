import type { GenerationFacts } from '#common/analyses/goroutine-results.ts';
import type { GridColumn } from '../../widgets/grid-columns.ts';
import type { CopyColumn } from '../../widgets/table-copy.ts';
import type { Reading } from './file-parts.ts';

export interface GenerationLine extends GenerationFacts {
  readonly sizeBytes: number;
  readonly reading: Reading;
}

const figure = <Id extends string>(id: Id, title: string, width: number, leaves = 0): GridColumn<Id> => ({
  id,
  title,
  width,
  align: 'end',
  sortable: true,
  leaves,
});

export const generationColumns = [
  { ...figure('generation', 'Generation', 110), align: 'start' },
  figure('startNs', 'From', 130),
  figure('untilNs', 'Until', 130),
  figure('startByte', 'At byte', 140, 1),
  figure('sizeBytes', 'Size', 110),
  figure('events', 'Events', 120),
  { ...figure('reading', 'Reading', 120), align: 'start', stretches: true },
] as const satisfies readonly GridColumn<string>[];
export type GenerationColumn = (typeof generationColumns)[number]['id'];

export const copiedGeneration: readonly CopyColumn<GenerationLine>[] = (
  ['generation', 'startNs', 'untilNs', 'startByte', 'untilByte', 'sizeBytes', 'events', 'reading'] as const
).map((name) => ({ name, value: (line) => line[name] }));
