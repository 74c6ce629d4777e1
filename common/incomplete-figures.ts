/**
 * Which figures leave something out where not all of a file could be read. Reading goes forwards and ends at the first trouble, so what was
 * read is all that happened up to a point in time, and of what came after nothing is known.
 */
import type { TraceFacts } from './analyses/goroutine-results.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { DurNs } from './units.ts';

export type IncompleteFigure =
  /** There are at least so many, or it lasted at least so long. */
  | { readonly kind: 'count'; readonly name: string; readonly atLeast: number; readonly sentence: string }
  | { readonly kind: 'duration'; readonly name: string; readonly atLeast: DurNs; readonly sentence: string }
  | { readonly kind: 'words'; readonly name: string; readonly words: string; readonly sentence: string };

/** Nothing was lost with these: the trace holds nothing else. */
const harmless: readonly string[] = ['no-events'];

/** Whether something of the trace is behind what was read. */
export const isCut = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ code }) => !harmless.includes(code));

/** Empty: all figures are exact. */
export function incompleteFigures(
  diagnostics: readonly Diagnostic[],
  facts: Pick<TraceFacts, 'durationNs' | 'events' | 'goroutines'>,
): readonly IncompleteFigure[] {
  if (!isCut(diagnostics)) return [];
  const { durationNs, events, goroutines } = facts;
  return [
    {
      kind: 'duration',
      name: 'Duration',
      atLeast: durationNs,
      sentence: 'The program was traced for longer; what came then could not be read.',
    },
    {
      kind: 'count',
      name: 'Events',
      atLeast: events,
      sentence:
        'So are samples, logs, collections, tasks and regions: those after the point where reading ended are not counted.',
    },
    {
      kind: 'count',
      name: 'Goroutines',
      atLeast: goroutines,
      sentence: 'Those that were created later are missing.',
    },
    {
      kind: 'words',
      name: 'What goes on at the end',
      words: 'cut',
      sentence:
        'Waits, runs, system calls, collections, tasks and regions that had not ended last longer than they show, and so do the lives of goroutines.',
    },
  ];
}
