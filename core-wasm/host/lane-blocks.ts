import type { Core } from './core.ts';

/** A packed block of a lane (core-wasm/assembly/lanes/outbox.ts). Times count from the origin. */
export interface LaneBlock {
  readonly kind: number;
  readonly level: number;
  readonly lane: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly count: number;
  /** Valid until the core is called again. */
  readonly data: Uint8Array;
}

/** A processor or thread, and the time it spent in each class of states. */
export interface LaneFacts {
  readonly kind: number;
  readonly number: number;
  readonly id: number;
  readonly firstNs: number;
  readonly untilNs: number;
  readonly sums: Float64Array;
}

const blockBytes = 48;
const laneBytes = 80;
const classes = 6;
/** As in rows: the next number would be 2^63, which no column of integers takes. */
const mostId = 2 ** 63 - 1024;
const idNumber = (id: bigint): number => Math.min(Number(id), mostId);

/** What processors, threads and counters did, as the core packs it. */
export class Lanes {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Ends the generation for every lane: all there is to say up to the last event is packed. */
  seal(): void {
    this.#core.run((core) => core.sealLanes());
  }

  /** Bytes of the blocks that wait. */
  get waitingBytes(): number {
    return this.#core.exports.blockBytes();
  }

  *blocks(): Generator<LaneBlock> {
    const { exports, memory } = this.#core;
    const count = exports.blockCount();
    const rows = new DataView(memory.buffer, exports.blockRows() >>> 0, count * blockBytes);
    for (let at = 0; at < count * blockBytes; at += blockBytes)
      yield {
        kind: rows.getUint32(at, true),
        level: rows.getUint32(at + 4, true),
        lane: idNumber(rows.getBigInt64(at + 8, true)),
        startNs: Number(rows.getBigInt64(at + 16, true)),
        untilNs: Number(rows.getBigInt64(at + 24, true)),
        count: rows.getUint32(at + 32, true),
        data: new Uint8Array(memory.buffer, rows.getUint32(at + 36, true), rows.getUint32(at + 40, true)),
      };
  }

  forgetBlocks(): void {
    this.#core.run((core) => core.forgetBlocks());
  }

  /** Every processor and thread seen so far. */
  list(): readonly LaneFacts[] {
    const { memory } = this.#core;
    const count = this.#core.run((core) => core.laneRowCount());
    const rows = new DataView(memory.buffer, this.#core.exports.laneRows() >>> 0, count * laneBytes);
    return Array.from({ length: count }, (_, i) => {
      const at = i * laneBytes;
      return {
        kind: rows.getUint32(at, true),
        number: rows.getUint32(at + 4, true),
        id: idNumber(rows.getBigInt64(at + 8, true)),
        firstNs: Number(rows.getBigInt64(at + 16, true)),
        untilNs: Number(rows.getBigInt64(at + 24, true)),
        sums: Float64Array.from({ length: classes }, (__, which) =>
          Number(rows.getBigUint64(at + 32 + which * 8, true)),
        ),
      };
    });
  }
}
