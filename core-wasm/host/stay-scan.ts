import {
  wakerKinds,
  type FoundStays,
  type FoundWaker,
  type StayScan,
  type WantedStays,
  type WholeStay,
} from '#common/stay-scan.ts';
import type { SpanSelection } from '#common/span-sums.ts';
import type { Core } from './core.ts';
import type { GoroutineChunks } from './goroutine-chunks.ts';
import { damaged, selectSpans, SpanSummer } from './span-scan.ts';

// core-wasm/assembly/stay-scan/figures.ts
const stayBytes = 56;
const wakerBytes = 24;

/** `StayScan` in the core that has the goroutines' rows. */
export class PackedStayScan implements StayScan {
  readonly #core: Core;
  readonly #chunks: GoroutineChunks;
  readonly #input: SpanSummer;
  #edges = 0;

  constructor(core: Core, chunks: GoroutineChunks) {
    this.#core = core;
    this.#chunks = chunks;
    this.#input = new SpanSummer(core);
  }

  open(
    { whats, stacks, onlyOwnStacks, most, edgesNs }: WantedStays,
    selection: SpanSelection,
    lateNames: ReadonlyMap<number, number>,
  ): void {
    const core = this.#core;
    const { exports } = core;
    selectSpans(core, selection);
    for (const [id, name] of lateNames) core.run(() => exports.addKnownName(BigInt(id), name));
    const whatsAt = core.run(() => exports.wantWhats(whats.length, Number(onlyOwnStacks))) >>> 0;
    new Uint8Array(core.memory.buffer, whatsAt, whats.length).set(whats);
    if (stacks) this.#wantStacks(stacks);
    this.#edges = edgesNs.length;
    new BigInt64Array(core.memory.buffer, exports.stayEdges() >>> 0, edgesNs.length).set(edgesNs.map(BigInt));
    core.run(() => exports.openFigures(most, edgesNs.length));
    exports.forgetPending();
  }

  #wantStacks(stacks: readonly number[]): void {
    const count = stacks.reduce((so, stack) => Math.max(so, stack), 0) + 1;
    const at = this.#core.run((exports) => exports.wantStacks(count)) >>> 0;
    const bytes = new Uint8Array(this.#core.memory.buffer, at, count);
    for (const stack of stacks) bytes[stack] = 1;
  }

  isWorthIt(sums: Uint8Array): boolean {
    const { exports } = this.#core;
    return exports.pendingCount() > 0 || exports.haveStays(this.#input.put(sums), sums.length) !== 0;
  }

  chunk(spans: Uint8Array, baseNs: number): void {
    const at = this.#input.put(spans);
    const isSound = this.#core.run((core) => core.findStaysInChunk(at, spans.length, BigInt(baseNs)));
    if (isSound === 0) throw damaged();
  }

  blocks(goroutine: number, data: Uint8Array, startNs: number): void {
    const at = this.#input.put(data);
    const isSound = this.#core.run((core) =>
      core.findStaysInRow(BigInt(goroutine), at, data.length, BigInt(startNs)),
    );
    if (isSound === 0) throw damaged();
  }

  endGeneration(untilNs: number): void {
    this.#core.run((core) => core.endStayGeneration(BigInt(untilNs), 0));
  }

  *plainLives(fromNs: number, untilNs: number): Generator<number> {
    const { exports } = this.#core;
    exports.setPlainWindow(BigInt(fromNs), BigInt(untilNs));
    const { list } = this.#chunks;
    for (const [i, chunk] of list.entries()) {
      const columns = exports.plainLifeColumns(chunk.address);
      if (columns === 0) continue;
      this.#chunks.need(chunk, columns);
      this.#core.run((core) => core.findPlainStays(chunk.address));
      yield (i + 1) / list.length;
    }
  }

  finish(): void {
    this.#core.run((core) => core.endStayGeneration(0n, 1));
  }

  found(): FoundStays {
    const { exports, memory } = this.#core;
    const count = Number(exports.foundStays.value);
    const counts = new BigUint64Array(memory.buffer, exports.coarseCounts() >>> 0, this.#edges);
    return {
      count,
      ns: Number(exports.foundStayNs.value),
      shortestNs: count === 0 ? 0 : Number(exports.shortestStay.value),
      longestNs: Number(exports.longestStay.value),
      counts: Array.from(counts, Number),
      longest: this.#rows(exports.longestFound(), exports.longestFoundCount(), stayBytes, stayAt),
      wakers: this.#rows(exports.wakersFound(), exports.wakersFoundCount(), wakerBytes, wakerAt),
      durations: () =>
        exports.durationsKept() === count
          ? new Float64Array(memory.buffer, exports.durationsFound() >>> 0, count).slice().sort()
          : undefined,
      durationNear: (place) => Number(exports.durationNear(BigInt(place))),
    };
  }

  #rows<T>(address: number, count: number, size: number, read: (rows: DataView, at: number) => T): T[] {
    const rows = new DataView(this.#core.memory.buffer, address >>> 0, count * size);
    return Array.from({ length: count }, (_, i) => read(rows, i * size));
  }
}

function stayAt(rows: DataView, at: number): WholeStay {
  const number = (offset: number): number => Number(rows.getBigInt64(at + offset, true));
  const small = (offset: number): number => rows.getUint32(at + offset, true);
  return {
    goroutine: number(0),
    from: number(8),
    until: number(16),
    ns: number(24),
    state: small(32) & 7,
    reason: small(32) >>> 3,
    stack: small(36),
    name: small(40),
    waker: wakerKinds[small(44)]!,
    wakerStack: small(48),
  };
}

const wakerAt = (rows: DataView, at: number): FoundWaker => ({
  kind: wakerKinds[rows.getUint32(at, true)]!,
  stack: rows.getUint32(at + 4, true),
  count: Number(rows.getBigUint64(at + 8, true)),
  ns: Number(rows.getBigUint64(at + 16, true)),
});
