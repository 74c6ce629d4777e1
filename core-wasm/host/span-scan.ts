import { Failure } from '#common/errors.ts';
import {
  delaysIn,
  type Delay,
  type SpanScan,
  type SpanSelection,
  type SpanSums,
  type StayPiece,
  type SumKeys,
} from '#common/span-sums.ts';
import { stayBytes, staysIn } from '#common/group-stays.ts';
import type { Core } from './core.ts';
import type { GoroutineChunks } from './goroutine-chunks.ts';

/** core-wasm/assembly/span-scan/sums.ts */
const sumBytes = 48;
const delayBytes = 32;
const ofOne = 0x80000000;
const by = { stack: 1, name: 2, goroutine: 4 } as const;
const keepsLong = 8;

/** Of 64 bits in two words; millions of bigints would take seconds. */
const unsignedAt = (words: Uint32Array, at: number): number => words[at + 1]! * 2 ** 32 + words[at]!;
const signedAt = (words: Uint32Array, at: number): number => (words[at + 1]! | 0) * 2 ** 32 + words[at]!;

export const damaged = (): Failure =>
  new Failure(
    'cache-damaged',
    'The stored states of goroutines are damaged, so nothing can be said of them; clear the cache and open the trace again.',
  );

/** What a scan and the sums of a generation have in common: bytes go in, sums come out. */
export class SpanSummer {
  readonly core: Core;
  #input = 0;
  #capacity = 0;

  constructor(core: Core) {
    this.core = core;
  }

  /** `isToStore`: stays that go on from before, and goroutines with long streams, are told apart. */
  open(
    keys: SumKeys,
    { isToStore, longest }: { readonly isToStore: boolean; readonly longest: boolean },
  ): void {
    const how = Object.entries(by).reduce((so, [key, bit]) => so | (keys[key as keyof SumKeys] ? bit : 0), 0);
    this.core.run((core) => core.openSums(how | (isToStore ? keepsLong : 0)));
    this.core.exports.setSpanScan(Number(isToStore), Number(longest));
    this.core.exports.forgetLongest();
  }

  chunk(spans: Uint8Array, baseNs: number, generationEndNs: number): void {
    const address = this.put(spans);
    this.core.exports.setGenerationEnd(BigInt(generationEndNs));
    if (this.core.run((core) => core.scanSpanChunk(address, spans.length, BigInt(baseNs))) === 0)
      throw damaged();
  }

  blocks(goroutine: number, data: Uint8Array, startNs: number, generationEndNs: number): void {
    const address = this.put(data);
    this.core.exports.setGenerationEnd(BigInt(generationEndNs));
    const isSound = this.core.run((core) =>
      core.scanBlockRow(BigInt(goroutine), address, data.length, BigInt(startNs)),
    );
    if (isSound === 0) throw damaged();
  }

  /** Copies bytes into the core's memory; they stay there until the next are put. */
  put(bytes: Uint8Array): number {
    if (bytes.length > this.#capacity) {
      if (this.#capacity > 0) this.core.exports.release(this.#input, this.#capacity);
      this.#capacity = Math.max(1 << 16, bytes.length * 2);
      this.#input = this.core.run((core) => core.allocate(this.#capacity)) >>> 0;
    }
    new Uint8Array(this.core.memory.buffer, this.#input, bytes.length).set(bytes);
    return this.#input;
  }
}

/** Says which spans of which goroutines count in scans that follow. */
export function selectSpans(core: Core, { from, until, ids, names, intervals }: SpanSelection): void {
  core.run((exports) => exports.selectWindow(BigInt(from), BigInt(until)));
  if (names) {
    const most = Math.max(0, ...names);
    const address = core.run((exports) => exports.selectNames(most + 1)) >>> 0;
    const selected = new Uint8Array(core.memory.buffer, address, most + 1);
    for (const name of names) selected[name] = 1;
    if (names.size === 0) selected.fill(0);
  }
  const wanted = intervals ? [...intervals.keys()].filter((id) => ids?.has(id) ?? true) : ids;
  for (const id of wanted ?? []) {
    core.run((exports) => exports.selectGoroutine(BigInt(id), intervals ? 1 : 0));
    const own = intervals?.get(id) ?? [];
    for (let i = 0; i < own.length; i += 2)
      core.run((exports) => exports.addStretch(BigInt(own[i]!), BigInt(own[i + 1]!)));
  }
  // Nobody at all.
  if (wanted && [...wanted].length === 0) core.run((exports) => exports.selectGoroutine(-(2n ** 63n), 1));
}

const few = 100;

function fewWanted({ ids, intervals }: SpanSelection): readonly number[] | undefined {
  const all = intervals ?? ids;
  return all && all.size <= few ? [...all.keys()] : undefined;
}

/** `SpanScan` in the core that has the goroutines' rows. */
export class PackedSpanScan implements SpanScan {
  readonly #summer: SpanSummer;
  readonly #chunks: GoroutineChunks;
  #keys: SumKeys = {};
  #longest = false;
  /** Nobody else counts; absent where they are too many to look for one by one. */
  #wanted: readonly number[] | undefined;

  constructor(core: Core, chunks: GoroutineChunks) {
    this.#summer = new SpanSummer(core);
    this.#chunks = chunks;
  }

  open(
    keys: SumKeys,
    selection: SpanSelection,
    { longest = false, stays }: Parameters<SpanScan['open']>[2] = {},
  ): void {
    const { core } = this.#summer;
    const groups = stays?.groups ?? [];
    core.run((exports) => exports.openStays(groups.length > 0 ? (stays?.most ?? 0) : 0, 0));
    for (const group of groups) core.run((exports) => exports.addStayGroup(group));
    this.#keys = keys;
    this.#longest = longest;
    this.#wanted = fewWanted(selection);
    this.#summer.open(keys, { isToStore: false, longest });
    selectSpans(core, selection);
  }

  knowNames(names: ReadonlyMap<number, number>): void {
    for (const [id, name] of names) this.#summer.core.run((core) => core.addKnownName(BigInt(id), name));
  }

  chunk(spans: Uint8Array, baseNs: number, generationEndNs: number): void {
    this.#summer.chunk(spans, baseNs, generationEndNs);
  }

  blocks(goroutine: number, data: Uint8Array, startNs: number, generationEndNs: number): void {
    this.#summer.blocks(goroutine, data, startNs, generationEndNs);
  }

  stored(sums: Uint8Array, isFirst: boolean, onlyLong: boolean): void {
    const address = this.#summer.put(sums);
    const isSound = this.#summer.core.run((core) =>
      core.addPackedSums(address, sums.length, Number(isFirst), Number(onlyLong)),
    );
    if (isSound === 0) throw damaged();
  }

  *plainLives(fromNs: number, untilNs: number): Generator<void> {
    const { core } = this.#summer;
    core.exports.setPlainWindow(BigInt(fromNs), BigInt(untilNs));
    for (const chunk of this.#chunks.list) {
      const { firstId, lastId } = chunk;
      if (this.#wanted?.some((id) => id >= firstId && id <= lastId) === false) continue;
      const columns = core.exports.plainLifeColumns(chunk.address);
      if (columns === 0) continue;
      this.#chunks.need(chunk, columns);
      core.run((exports) => exports.scanPlainLives(chunk.address, Number(this.#longest)));
      yield;
    }
  }

  sums(): SpanSums {
    const { exports, memory } = this.#summer.core;
    const count = exports.sumCount() >>> 0;
    const rows = new Uint32Array(memory.buffer, exports.sumsStart() >>> 0, (count * sumBytes) / 4);
    const ids = new Uint32Array(memory.buffer, exports.sumIdsStart() >>> 0, exports.sumIdCount() * 4);
    const sums = {
      count,
      groups: new Float64Array(count),
      names: new Uint32Array(count),
      places: new Uint32Array(count),
      stacks: new Uint32Array(count),
      states: new Uint8Array(count),
      reasons: new Uint16Array(count),
      beforeRun: new Uint8Array(count),
      stays: new Float64Array(count),
      ns: new Float64Array(count),
      last: new Float64Array(count),
    };
    const byGoroutine = this.#keys.goroutine ?? false;
    for (let i = 0, at = 0; i < count; i++, at += sumBytes / 4) {
      const group = rows[at]!;
      const what = rows[at + 2]!;
      sums.groups[i] = byGoroutine ? signedAt(ids, group * 4) : group >= ofOne ? 0 : group;
      sums.names[i] = byGoroutine ? ids[group * 4 + 2]! : 0;
      sums.places[i] = byGoroutine ? group : 0;
      sums.stacks[i] = rows[at + 1]!;
      sums.states[i] = (what >> 1) & 7;
      sums.reasons[i] = what >>> 4;
      sums.beforeRun[i] = what & 1;
      sums.stays[i] = unsignedAt(rows, at + 4) + unsignedAt(rows, at + 6);
      sums.ns[i] = unsignedAt(rows, at + 8);
      const last = unsignedAt(rows, at + 10);
      sums.last[i] = last === 0 ? NaN : last - 1;
    }
    return sums;
  }

  stays(group: number): StayPiece[] {
    const { exports, memory } = this.#summer.core;
    const count = exports.stayCount(group) >>> 0;
    if (count === 0) return [];
    const bytes = new Uint8Array(memory.buffer, exports.staysStart(group) >>> 0, count * stayBytes);
    return staysIn(bytes).map(({ stay }) => stay);
  }

  delays(): Delay[] {
    return delaysIn(longestRows(this.#summer.core));
  }
}

/** The longest stays of groups as they lie in the core, until it is called again. */
export function stayRows(core: Core): Uint8Array {
  const address = core.run((exports) => exports.gatherStays()) >>> 0;
  return new Uint8Array(core.memory.buffer, address, core.exports.gatheredStays.value * stayBytes);
}

/** The longest delays as they lie in the core, until it is called again. */
export const longestRows = ({ exports, memory }: Core): Uint8Array =>
  new Uint8Array(memory.buffer, exports.longestStart() >>> 0, exports.longestCount.value * delayBytes);
