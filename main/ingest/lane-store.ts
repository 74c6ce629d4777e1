/** Takes what the core packed of processors, threads and counters, and puts it into the database. */
import { packParts, type LanePart } from '#common/lane-rows.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { Lanes, type LaneBlock } from '#core-wasm/host/lane-blocks.ts';
import type { TraceStore } from './trace-store.ts';

/** Blocks waiting in the core are stored when they have so many bytes. */
const enoughBytes = 4 << 20;
/** Blocks in a row. */
const mostParts = 16;
/** Rows that are filled at once. Of very many lanes each has but one block. */
const mostRows = 256;

export class LaneStore {
  readonly #lanes: Lanes;
  readonly #writer: TraceStore['writer'];

  constructor(core: Core, writer: TraceStore['writer']) {
    this.#lanes = new Lanes(core);
    this.#writer = writer;
  }

  /** Stores finished blocks if enough are waiting. */
  storeSome(): void {
    if (this.#lanes.waitingBytes >= enoughBytes) this.#storeBlocks();
  }

  /** Stores everything up to the last event taken in. Returns how many rows the next time will replace. */
  storeGeneration(): number {
    this.#lanes.seal();
    this.#storeBlocks();
    const lanes = this.#lanes.list();
    for (const { sums, ...lane } of lanes) this.#writer.lane({ ...lane, sums: new Uint8Array(sums.buffer) });
    return lanes.length;
  }

  #storeBlocks(): void {
    const rows = new Map<string, LaneBlock[]>();
    for (const block of this.#lanes.blocks()) {
      if (block.level > 0) this.#writer.laneBlock(block);
      else this.#collect(rows, block);
      if (rows.size > mostRows) this.#storeRows(rows);
    }
    this.#storeRows(rows);
    this.#lanes.forgetBlocks();
  }

  #storeRows(rows: Map<string, LaneBlock[]>): void {
    for (const row of rows.values()) this.#storeRow(row);
    rows.clear();
  }

  #collect(rows: Map<string, LaneBlock[]>, block: LaneBlock): void {
    const key = `${block.kind} ${block.lane}`;
    const row = rows.get(key);
    if (!row) rows.set(key, [block]);
    else if (row.push(block) === mostParts) {
      rows.delete(key);
      this.#storeRow(row);
    }
  }

  #storeRow(parts: readonly (LaneBlock & LanePart)[]): void {
    const { kind, lane, level, startNs } = parts[0]!;
    const { untilNs } = parts.at(-1)!;
    const count = parts.reduce((so, part) => so + part.count, 0);
    this.#writer.laneBlock({ kind, lane, level, startNs, untilNs, count, data: packParts(parts) });
  }
}
