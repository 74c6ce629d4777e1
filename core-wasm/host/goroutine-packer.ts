import { headBytes, packedColumns } from '#common/goroutine-columns.ts';
import type { Core } from './core.ts';

/** Which rows to pack: of goroutines that are over; those of them that do not fill a chunk, which stay; of those alive. */
export type GoroutineRows = 'finished' | 'unfilled' | 'alive';
const rowsNumber: Readonly<Record<GoroutineRows, number>> = { finished: 0, unfilled: 1, alive: 2 };

/** Name, number of goroutines, longest life, totals. */
export const groupFields = 14;

export interface PackedGoroutines {
  readonly rows: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly head: Uint8Array;
  readonly columns: readonly (readonly [column: number, packed: Uint8Array])[];
}

/** Rows of goroutines as the core gathers and packs them (common/goroutine-columns.ts), and their sums by start function. */
export class GoroutinePacker {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Which column of totals waiting for a reason belongs to. Needed before rows with that reason are packed. */
  setReasonColumn(reason: number, column: number): void {
    const { exports, memory } = this.#core;
    new Uint8Array(memory.buffer, exports.reasonColumns.value, 256)[reason] = column;
  }

  /** Goroutines that are over fill a chunk. */
  get isFull(): boolean {
    return this.#core.exports.isFinishedFull() !== 0;
  }

  get aliveWaiting(): number {
    return this.#core.exports.gatheredAlive();
  }

  /** Valid until the core is called again; undefined if no such rows wait. */
  pack(which: GoroutineRows): PackedGoroutines | undefined {
    const rows = this.#core.run((core) => core.packGoroutines(rowsNumber[which]));
    if (rows === 0) return undefined;
    const { exports, memory } = this.#core;
    const head = new Uint8Array(memory.buffer, exports.packedHead.value, headBytes);
    const bounds = new DataView(head.buffer, head.byteOffset + headBytes - 13 * 16);
    const places = new Uint32Array(memory.buffer, exports.packedColumns.value, packedColumns.length * 2);
    return {
      rows,
      head,
      firstId: Number(bounds.getBigInt64(0, true)),
      lastId: Number(bounds.getBigInt64(8, true)),
      columns: [...packedColumns.keys()]
        .filter((column) => places[column * 2 + 1] !== 0)
        .map((column) => [column, new Uint8Array(memory.buffer, places[column * 2], places[column * 2 + 1])]),
    };
  }

  /** Rows of unfilled chunks and of those alive are about to be packed anew. */
  forgetProvisional(): void {
    this.#core.run((core) => core.forgetProvisional());
  }

  /** `groupFields` numbers for each start function; valid until the core is called again. */
  groups(): Float64Array {
    const count = this.#core.run((core) => core.sumGroups());
    const start = this.#core.exports.groupsStart() >>> 0;
    return new Float64Array(this.#core.memory.buffer, start, count * groupFields);
  }
}
