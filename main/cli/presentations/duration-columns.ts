/** What tables of durations have in common: the same columns, histograms, and what is behind the rows that are shown. */
import type { DurationFigures, DurationHistogram } from '#common/analyses/duration-figures.ts';
import { totalColumns, type StackFrame, type StateTotals } from '#common/analyses/goroutine-results.ts';
import { countText, durationText, pointText } from '#common/quantity-text.ts';
import { durNs, traceNs } from '#common/units.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { inert } from '../presentation.ts';

export const durationCell = (ns: number | undefined): string =>
  ns === undefined ? '-' : shown(durationText(durNs(ns)));
/** A point in time. */
export const pointCell = (ns: number | undefined, digits: 6 | 9 = 6): string =>
  ns === undefined ? '-' : shown(pointText(traceNs(ns), digits));
export const countCell = (count: number): string => shown(countText(count));

export const figureTitles = ['Mean', 'p50', 'p90', 'p99', 'Longest'] as const;
export const figureCells = (figures: DurationFigures | undefined): string[] =>
  [figures?.meanNs, figures?.p50Ns, figures?.p90Ns, figures?.p99Ns, figures?.maxNs].map(durationCell);

export const figureColumns = ['minNs', 'meanNs', 'p50Ns', 'p90Ns', 'p99Ns', 'maxNs'] as const;
export const figureValues = (figures: DurationFigures | undefined): (number | undefined)[] =>
  figureColumns.map((column) => figures && Math.round(figures[column]));

/** `10000:3,15848:0,25118:1`: from so many nanoseconds on so many. */
export const histogramValue = ({ counts, edgesNs }: DurationHistogram): string =>
  counts.map((count, i) => `${edgesNs[i]!}:${count}`).join(',');

const bars = '▁▂▃▄▅▆▇█';

/** `10.0 µs ▁█▃ 39.8 µs`: a bar for each bucket. */
export function histogramCell({ counts, edgesNs }: DurationHistogram): string {
  if (counts.length === 0) return '';
  const most = Math.max(...counts);
  const bar = (count: number): string =>
    count === 0 ? '·' : bars[Math.min(bars.length - 1, Math.floor((count / most) * bars.length))]!;
  return `${durationCell(edgesNs[0])} ${counts.map(bar).join('')} ${durationCell(edgesNs.at(-1))}`;
}

const widestBar = 50;

/** A line for each bucket. */
export function histogramLines(title: string, { counts, edgesNs }: DurationHistogram): string {
  if (counts.length === 0) return '';
  const most = Math.max(...counts);
  const rows = counts.map((count, i) => [
    durationCell(edgesNs[i]),
    'to',
    durationCell(edgesNs[i + 1]),
    countCell(count),
    '█'.repeat(Math.ceil((count / most) * widestBar)),
  ]);
  return `\n${textTable([['From', '', '', title, ''], ...rows], new Set([0, 2, 3]))}`;
}

/** The states that some row was in, with their titles. */
const stateTitles = {
  totalNs: 'Total',
  execNs: 'Execution',
  schedWaitNs: 'Sched wait',
  syscallNs: 'Syscall',
  syscallBlockNs: 'Syscall block',
  networkNs: 'Network',
  syncNs: 'Sync block',
  sleepNs: 'Sleep',
  gcNs: 'GC',
  otherNs: 'Other wait',
  unknownNs: 'Unknown',
} as const satisfies Record<keyof StateTotals, string>;

export function stateColumns(
  rows: readonly StateTotals[],
): readonly (readonly [title: string, column: keyof StateTotals])[] {
  const columns = totalColumns.filter(
    (column) => column === 'totalNs' || column === 'execNs' || rows.some((row) => row[column] !== 0),
  );
  return columns.map((column) => [stateTitles[column], column]);
}

export const frameCell = (frame: StackFrame | undefined): string =>
  frame ? inert(`${frame.function}  ${frame.file}:${frame.line}`) : '(not in the trace)';
export const frameColumns = ['function', 'file', 'line'] as const;
export const frameValues = (frame: StackFrame | undefined): (string | number | undefined)[] =>
  frameColumns.map((column) => frame?.[column]);

/** A line that says what is not shown; empty where everything is. */
export function moreLine(
  rows: string,
  { offset = 0 }: { readonly offset?: number | undefined },
  shownRows: number,
  all: number,
): string {
  const before = Math.min(offset, all);
  const behind = all - before - shownRows;
  if (behind <= 0 && before === 0) return '';
  const parts = [
    ...(before > 0 ? [`${exactCount(before)} before`] : []),
    ...(behind > 0 ? [`${exactCount(behind)} behind`] : []),
  ];
  return `\n${exactCount(all)} ${rows} in all, ${parts.join(' and ')} these; --limit and --offset show others.\n`;
}

export const right = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, i) => from + i);
