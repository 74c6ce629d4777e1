import type { FoundStream, FoundWake, WakeScan, WakeStretch } from '#common/wake-scan.ts';
import type { GoroutineChunks } from './goroutine-chunks.ts';
import { damaged, SpanSummer } from './span-scan.ts';
import type { Core } from './core.ts';

// core-wasm/assembly/span-scan/wakes.ts
const wakeBytes = 48;
const streamBytes = 24;
const flag = { hasBefore: 1, goesBack: 2, isCreation: 4 } as const;

/** `WakeScan` in the core that has the goroutines' rows. */
export class PackedWakeScan implements WakeScan {
  readonly #core: Core;
  readonly #chunks: GoroutineChunks;
  readonly #input: SpanSummer;
  #stretches: readonly WakeStretch[] = [];

  constructor(core: Core, chunks: GoroutineChunks) {
    this.#core = core;
    this.#chunks = chunks;
    this.#input = new SpanSummer(core);
  }

  open(stretches: readonly WakeStretch[], most: number): void {
    this.#stretches = stretches;
    this.#core.run((core) => core.openWakes(most));
    for (const { lane, from, until } of stretches)
      this.#core.run((core) => core.addWakeStretch(lane, BigInt(from), BigInt(until)));
  }

  chunk(spans: Uint8Array, baseNs: number): void {
    const address = this.#input.put(spans);
    const isSound = this.#core.run((core) => core.scanWakesInChunk(address, spans.length, BigInt(baseNs)));
    if (isSound === 0) throw damaged();
  }

  blocks(goroutine: number, data: Uint8Array, startNs: number, baseNs: number): void {
    const address = this.#input.put(data);
    const isSound = this.#core.run((core) =>
      core.scanWakesInRow(BigInt(goroutine), address, data.length, BigInt(startNs), BigInt(baseNs)),
    );
    if (isSound === 0) throw damaged();
  }

  *creations(creator: number): Generator<void> {
    if (this.#stretches.length === 0) return;
    for (const chunk of this.#chunks.list) {
      const columns = this.#core.exports.creationColumns(chunk.address);
      if (columns === 0) continue;
      this.#chunks.need(chunk, columns);
      this.#core.run((core) => core.scanCreations(chunk.address, BigInt(creator)));
      yield;
    }
  }

  finish(): { readonly wakes: readonly FoundWake[]; readonly count: number } {
    const count = this.#core.run((core) => core.finishWakes()) >>> 0;
    const { exports, memory } = this.#core;
    const kept = exports.wakeCount();
    const rows = new DataView(memory.buffer, exports.wakesStart() >>> 0, kept * wakeBytes);
    return { count, wakes: Array.from({ length: kept }, (_, i) => wakeAt(rows, i * wakeBytes)) };
  }

  streams(spans: Uint8Array, baseNs: number, goroutines: readonly number[]): FoundStream[] {
    const size = goroutines.length * 8;
    const ids = this.#core.run((core) => core.allocate(size)) >>> 0;
    try {
      const address = this.#input.put(spans);
      new BigInt64Array(this.#core.memory.buffer, ids, goroutines.length).set(goroutines.map(BigInt));
      const count = this.#core.run((core) =>
        core.findStreams(address, spans.length, BigInt(baseNs), ids, goroutines.length),
      );
      if (count < 0) throw damaged();
      const { exports, memory } = this.#core;
      const rows = new DataView(memory.buffer, exports.streamsFound() >>> 0, count * streamBytes);
      return Array.from({ length: count }, (_, i) => ({
        goroutine: goroutines[rows.getUint32(i * streamBytes, true)]!,
        offset: rows.getUint32(i * streamBytes + 4, true),
        length: rows.getUint32(i * streamBytes + 8, true),
        start: Number(rows.getBigInt64(i * streamBytes + 16, true)),
      }));
    } finally {
      this.#core.exports.release(ids, size);
    }
  }
}

function wakeAt(rows: DataView, at: number): FoundWake {
  const flags = rows.getUint32(at + 40, true);
  return {
    goroutine: Number(rows.getBigInt64(at, true)),
    at: Number(rows.getBigInt64(at + 8, true)),
    stack: rows.getUint32(at + 20, true),
    isCreation: (flags & flag.isCreation) !== 0,
    ...((flags & flag.hasBefore) === 0
      ? {}
      : {
          before: {
            from: Number(rows.getBigInt64(at + 24, true)),
            what: rows.getUint32(at + 32, true),
            stack: rows.getUint32(at + 36, true),
            goesBack: (flags & flag.goesBack) !== 0,
          },
        }),
  };
}
