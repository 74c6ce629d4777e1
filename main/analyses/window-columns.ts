/** Figures of goroutines in columns. */
import { windowColumns, type WindowColumn } from '#common/analyses/goroutine-analysis.ts';
import { waitTotal } from '#common/analyses/goroutine-results.ts';
import { spanStates } from '#common/goroutine-state.ts';

/** By row: each goroutine that there is at some time that counts. */
export interface GoroutineValues {
  readonly count: number;
  readonly ids: Float64Array;
  readonly names: Uint32Array;
  /** Made when it is asked for. */
  column(name: WindowColumn): Generator<void, Float64Array>;
  /** A column of some rows. */
  some(name: WindowColumn, rows: readonly number[]): Generator<void, Float64Array>;
  /** A column's values in ascending order. Only of rows that are in order of id. */
  ascending?(name: WindowColumn): Float64Array;
  /** The sum of a column, where that is known without making it. No value is below zero. */
  readonly sums?: Readonly<Record<WindowColumn, number>>;
}

export const columnIx = (name: WindowColumn): number => windowColumns.indexOf(name);

/** The figure that a state belongs to. */
export function columnOf(state: number, reason: string): number {
  switch (spanStates[state]) {
    case 'Running':
      return columnIx('execNs');
    case 'Runnable':
      return columnIx('schedWaitNs');
    case 'Syscall':
      return columnIx('syscallNs');
    case 'BlockedSyscall':
      return columnIx('syscallBlockNs');
    case 'Waiting':
      return columnIx(waitTotal(reason));
    default:
      return columnIx('restNs');
  }
}
