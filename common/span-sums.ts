/**
 * Time of goroutines summed up by what they did; how scans of spans are asked for, and how the sums of a generation are stored.
 *
 *     sums of a generation:  number of goroutines | id and name of each | number of sums | sums      (all numbers are varints)
 *     sum:                   group | stack | what | begun | carried | nanoseconds | end of the last stay + 1
 *
 * `group` is the name of the start function × 4; of a goroutine with a long stream (a lane block) its place among the goroutines × 4 + 3,
 * of one with a short stream whose name came later or never its place × 4 + 2.
 * `what` is reason × 16 + state × 2 + 1 if the goroutine had not run before; states and reasons are those of spans (span-chunk.ts).
 * `begun` counts the stays in the state that begin in the generation, `carried` those that go on from the one before; empty
 * ones do not count, nor does as the last one that goes on in the next generation. Example: in all goroutines with start function 4,
 * three waits for reason 2 at stack 5 began, one went on, 300 ns together, the last until 999 ns: `00 | 01 | 10 05 28 03 01 ac 02 e8 07`.
 */
import type { Intervals } from './interval.ts';

/** What sums are told apart by, beside state and reason. */
export interface SumKeys {
  readonly stack?: boolean;
  /** Name of the start function. */
  readonly name?: boolean;
  readonly goroutine?: boolean;
}

/** Whose spans count, and when. */
export interface SpanSelection {
  readonly from: number;
  readonly until: number;
  /** Absent: whatever their number. */
  readonly ids?: ReadonlySet<number>;
  /** Absent: whatever their start function. */
  readonly names?: ReadonlySet<number>;
  /** Absent: all of the window; else only these goroutines, and only these stretches. */
  readonly intervals?: ReadonlyMap<number, Intervals>;
}

/** In columns of equal length. */
export interface SpanSums {
  readonly count: number;
  /** Goroutine, or name of the start function, as was asked for; else 0. */
  readonly groups: Float64Array;
  /** By goroutine: the name of its start function; else 0. */
  readonly names: Uint32Array;
  /** By goroutine: its place among those that were looked at, from 0 on; else 0. */
  readonly places: Uint32Array;
  readonly stacks: Uint32Array;
  /** Places in `spanStates`. */
  readonly states: Uint8Array;
  readonly reasons: Uint16Array;
  /** 1: before the goroutine ran for the first time. */
  readonly beforeRun: Uint8Array;
  /** Stays of which some time counts. */
  readonly stays: Float64Array;
  readonly ns: Float64Array;
  /** Where the last stay ended; NaN if none did. */
  readonly last: Float64Array;
}

/** A goroutine that could have run. Points in time count from the origin. */
export interface Delay {
  readonly goroutine: number;
  readonly from: number;
  readonly until: number;
  /** Where it was made runnable; 0: not known. */
  readonly stack: number;
  /** It may have begun before, or go on behind, in another generation. */
  readonly isPiece: boolean;
}

/** A stay of a goroutine in one state, as far as it lies in a generation. */
export interface StayPiece {
  readonly goroutine: number;
  readonly from: number;
  readonly until: number;
  readonly state: number;
  readonly reason: number;
  /** Where it began. */
  readonly stack: number;
  /** It may have begun before, or go on behind. */
  readonly isPiece: boolean;
}

/** Sums up stored spans: generations in order of time, of each its chunks and blocks, or its sums. */
export interface SpanScan {
  /** Anew. `longest`: also collects the longest delays; `stays`: the `most` longest stays of each of some groups, each once. */
  open(
    keys: SumKeys,
    selection: SpanSelection,
    options?: {
      readonly longest?: boolean;
      readonly stays?: { readonly groups: readonly number[]; readonly most: number };
    },
  ): void;
  /** Names of goroutines whose streams do not know them. */
  knowNames(names: ReadonlyMap<number, number>): void;
  chunk(spans: Uint8Array, baseNs: number, generationEndNs: number): void;
  /** A row of blocks of one goroutine. */
  blocks(goroutine: number, data: Uint8Array, startNs: number, generationEndNs: number): void;
  /**
   * Stored sums of a generation that lies in the window; `isFirst`: no generation before counts. `onlyLong`: only of goroutines that have
   * blocks; so it must be where goroutines are told apart or selected by their ids, and then the chunks are to be added beside.
   */
  stored(sums: Uint8Array, isFirst: boolean, onlyLong: boolean): void;
  /** Goroutines whose spans follow from their rows, in some generations. Yields between pieces of work. */
  plainLives(fromNs: number, untilNs: number): Generator<void>;
  sums(): SpanSums;
  /** In no order. */
  delays(): Delay[];
  /** In no order; of the group with a place among those asked for. */
  stays(group: number): StayPiece[];
}

const delayBytes = 32;
const isPiece = 3;

/** As they are stored: core-wasm/assembly/span-scan/longest.ts. */
export function delaysIn(bytes: Uint8Array): Delay[] {
  const rows = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / delayBytes }, (_, i) => {
    const number = (offset: number): number => Number(rows.getBigInt64(i * delayBytes + offset, true));
    return {
      goroutine: number(0),
      from: number(8),
      until: number(16),
      stack: rows.getUint32(i * delayBytes + 24, true),
      isPiece: (rows.getUint32(i * delayBytes + 28, true) & isPiece) !== 0,
    };
  });
}
