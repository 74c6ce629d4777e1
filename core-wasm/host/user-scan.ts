/** Scans over packed user regions and logs, in the core. */
import { Failure } from '#common/errors.ts';
import type { KeyDurations } from '#common/key-durations.ts';
import { checkedCount, type BoundedRegionChunk } from '#common/regions-in-order.ts';
import type {
  FoundLogs,
  FoundMarks,
  LogFilter,
  MarkedLog,
  MarkedRegions,
  MarkFilter,
  OpenUserScan,
  RegionFilter,
  RegionGroups,
  RegionList,
  RegionOrder,
  RegionPlace,
  RegionPoints,
  RegionSums,
  SortedRegions,
  UserScan,
  UserScanSource,
} from '#common/user-scan.ts';
import { Core } from './core.ts';
import { repeatedRows, type RepeatedRows } from './region-repeats.ts';

/** What is collected of each region that counts (core-wasm/assembly/user-scan/region-scan.ts). */
const collected = { completeLengths: 0, allLengths: 1, regions: 2, points: 3, tasks: 4 } as const;
const orders = [
  'lengthNs',
  'startNs',
  'goroutine',
  'totalNs',
  'execNs',
  'schedWaitNs',
  'syscallNs',
  'syscallBlockNs',
] as const;
const byWaits = 8;
const groupBytes = 80;
const timeBytes = 16;
const placeBytes = 24;
const recordBytes = 16;
const logBytes = 32;
const markedRegionBytes = 40;
const rangeBit = 0x80000000;
const least64 = -(2n ** 63n);
const most64 = 2n ** 63n - 1n;

/** Memory of a core is never given back to the host: one that took more is not used again. */
const keptBytes = 96 << 20;
const keptCores = 2;

export const damaged = (what: string): Failure =>
  new Failure(
    'cache-unusable',
    `The stored user ${what} are damaged, so they cannot be shown; clear the cache and open the trace again.`,
  );

class CoreScan implements UserScan {
  readonly #source: UserScanSource;
  readonly #free: Core[] = [];
  #repeats: RepeatedRows | undefined;

  constructor(source: UserScanSource) {
    this.#source = source;
  }

  *regionGroups(filter: RegionFilter, lengths: 'complete' | 'all'): Generator<void, RegionGroups> {
    const what = lengths === 'all' ? collected.allLengths : collected.completeLengths;
    const core = this.#take();
    yield* this.#scan(core, filter, what, 'lengthNs');
    return {
      groups: groupsIn(core),
      lengths: (parts) => sortedLengths(core, parts),
      close: () => this.#give(core),
    };
  }

  *regions(filter: RegionFilter, order: RegionOrder): Generator<void, RegionList> {
    const core = this.#take();
    yield* this.#scan(core, filter, collected.regions, order);
    const groups = groupsIn(core);
    return {
      groups,
      sort: (counts) => sortedRegions(core, groups.length, counts),
      close: () => this.#give(core),
    };
  }

  *regionPoints(filter: RegionFilter): Generator<void, RegionPoints> {
    const core = this.#take();
    yield* this.#scan(core, filter, collected.points, 'lengthNs');
    core.exports.beginSort(0);
    while (core.exports.sortPass() !== 0) yield;
    const records = viewOf(core, core.exports.recordsAt(), core.exports.recordsHeld.value * recordBytes);
    return {
      groups: groupsIn(core),
      count: core.exports.recordsHeld.value,
      ns: (i) => signed64(records, i * recordBytes),
      isEnd: (i) => (records.getUint32(i * recordBytes + 8, true) & 1) !== 0,
      at: (i) => placeOf(core, records.getUint32(i * recordBytes + 8, true) >>> 1),
      close: () => this.#give(core),
    };
  }

  *regionTasks(filter: RegionFilter): Generator<void, BigInt64Array> {
    const core = this.#take();
    yield* this.#scan(core, filter, collected.tasks, 'lengthNs');
    const count = core.exports.foundTaskCount() >>> 0;
    const found = new BigInt64Array(core.memory.buffer, core.exports.foundTaskIds() >>> 0, count).slice();
    this.#give(core);
    return found;
  }

  *logs({ task, text = '', ignoresCase = false, most }: LogFilter): Generator<void, FoundLogs> {
    const core = this.#take();
    const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const wanted = new TextEncoder().encode(ignoresCase ? small : text);
    const address = core.run((exports) =>
      exports.beginLogScan(
        wanted.length,
        task === undefined ? 0 : 1,
        task === undefined ? 0n : BigInt.asIntN(64, task),
        ignoresCase ? 1 : 0,
        most ?? 0xffffffff,
      ),
    );
    new Uint8Array(core.memory.buffer, address >>> 0, wanted.length).set(wanted);
    for (const { ix, count } of this.#source.logChunks()) {
      const chunk = this.#source.logChunk(ix);
      if (!chunk) throw damaged('logs');
      put(core, chunk);
      if (core.run((exports) => exports.scanLogs(chunk.length, count, ix)) === 0) throw damaged('logs');
      if (core.exports.foundLogCount() >>> 0 === most) break;
      yield;
    }
    const count = core.exports.foundLogCount() >>> 0;
    const rows = viewOf(core, core.exports.foundLogs(), count * logBytes);
    return {
      count,
      ns: (i) => Number(rows.getBigInt64(i * logBytes, true)),
      goroutine: (i) => Number(rows.getBigInt64(i * logBytes + 8, true)),
      task: (i) => rows.getBigUint64(i * logBytes + 16, true),
      place: (i) => ({
        chunk: rows.getUint32(i * logBytes + 24, true),
        at: rows.getUint32(i * logBytes + 28, true),
      }),
      close: () => this.#give(core),
    };
  }

  *marks(filter: MarkFilter): Generator<void, FoundMarks> {
    const core = this.#take();
    const { goroutines, from, until } = filter;
    const touches = (chunk: Pick<BoundedRegionChunk, 'startNs' | 'untilNs'>): boolean =>
      chunk.startNs <= until && chunk.untilNs >= from;
    core.run((exports) => {
      exports.beginMarks(bound(Math.ceil(from)), bound(Math.floor(until)), filter.mostLogs);
      for (const id of goroutines) exports.markGoroutine(BigInt(id));
    });
    for (const chunk of this.#source.regionChunks()) {
      const { firstGoroutine, lastGoroutine } = chunk;
      if (!touches(chunk) || !goroutines.some((id) => id >= firstGoroutine && id <= lastGoroutine)) continue;
      const packed = readChunk(this.#source, chunk);
      put(core, packed);
      if (core.run((run) => run.scanMarkedRegions(packed.length, chunk.count)) === 0)
        throw damaged('regions');
      yield;
    }
    for (const chunk of this.#source.logChunks()) {
      if (!touches(chunk)) continue;
      const packed = this.#source.logChunk(chunk.ix);
      if (!packed) throw damaged('logs');
      put(core, packed);
      if (core.run((run) => run.scanMarkedLogs(packed.length, chunk.count, chunk.ix)) === 0)
        throw damaged('logs');
      yield;
    }
    const found = { regions: markedRegions(core), logs: markedLogs(core) };
    this.#give(core);
    return found;
  }

  /** Several questions may be under way at once. */
  #take(): Core {
    return this.#free.pop() ?? new Core();
  }

  #give(core: Core): void {
    if (this.#free.length < keptCores && core.memory.buffer.byteLength <= keptBytes) this.#free.push(core);
  }

  *#scan(core: Core, filter: RegionFilter, what: number, order: RegionOrder): Generator<void> {
    const { window, hasOwner } = filter;
    const all = this.#source.regionChunks();
    const repeats = yield* this.#repeatedRows(core, all);
    const isNothing = filter.tasks?.length === 0 || filter.names?.length === 0;
    const chunks = isNothing
      ? []
      : all.filter(({ startNs, untilNs }) => !window || (startNs <= window.until && untilNs >= window.from));
    begin(core, filter, what, order, chunks);
    for (const chunk of chunks) {
      const { ix, count } = chunk;
      const packed = readChunk(this.#source, chunk);
      put(core, packed);
      const left = repeats.get(ix);
      if (hasOwner || left) maskOwners(core, packed.length, count, hasOwner, left);
      if (core.run((run) => run.scanRegions(packed.length, count, ix, hasOwner || left ? 1 : 0)) === 0)
        throw damaged('regions');
      yield;
    }
  }

  /** Chunks never change, there are only more of them. */
  *#repeatedRows(core: Core, chunks: readonly BoundedRegionChunk[]): Generator<void, RepeatedRows['rows']> {
    if (this.#repeats?.chunks === chunks.length) return this.#repeats.rows;
    this.#repeats = yield* repeatedRows(core, chunks, (chunk) => {
      const packed = readChunk(this.#source, chunk);
      put(core, packed);
      return packed.length;
    });
    return this.#repeats.rows;
  }
}

function readChunk(source: UserScanSource, chunk: BoundedRegionChunk): Uint8Array {
  const packed = source.regionChunk(chunk.ix);
  if (!packed) throw damaged('regions');
  checkedCount({ ...chunk, bytes: packed.length });
  return packed;
}

function put(core: Core, chunk: Uint8Array): void {
  const address = core.run((exports) => exports.openScanChunk(chunk.length)) >>> 0;
  new Uint8Array(core.memory.buffer, address, chunk.length).set(chunk);
}

const viewOf = (core: Core, address: number, bytes: number): DataView =>
  new DataView(core.memory.buffer, address >>> 0, bytes);

/** Beyond 2^53 the nearest number there is. */
const signed64 = (rows: DataView, at: number): number =>
  rows.getInt32(at + 4, true) * 2 ** 32 + rows.getUint32(at, true);

/** Bounds of 64 bits; infinite ones are the outermost. */
const bound = (ns: number): bigint =>
  ns >= 2 ** 63 ? most64 : ns <= -(2 ** 63) ? least64 : BigInt(Math.round(ns));

function begin(
  core: Core,
  filter: RegionFilter,
  what: number,
  order: RegionOrder,
  chunks: readonly BoundedRegionChunk[],
): void {
  const { window, traceEnd, least = -Infinity, most = Infinity, tasks, names } = filter;
  const count = chunks.reduce((so, chunk) => so + checkedCount(chunk), 0);
  core.run((exports) => {
    exports.beginRegionScan(
      bound(window?.from ?? -Infinity),
      bound(window?.until ?? Infinity),
      bound(traceEnd),
      bound(Math.ceil(least)),
      bound(Math.floor(most)),
      what,
      typeof order === 'string' ? orders.indexOf(order) : byWaits,
      count,
      filter.isOwn ? 1 : 0,
    );
    for (const task of tasks ?? []) exports.onlyTask(BigInt.asIntN(64, task));
    for (const name of names ?? []) exports.onlyName(name);
  });
  if (typeof order === 'string') return;
  const reasons = new Uint8Array(core.memory.buffer, core.exports.sortReasons() >>> 0, 256);
  for (const reason of order.waits) reasons[reason] = 1;
}

/** Regions of the chunk that cannot count: of other goroutines, or replaced. */
function maskOwners(
  core: Core,
  length: number,
  count: number,
  hasOwner: RegionFilter['hasOwner'],
  left: readonly number[] | undefined,
): void {
  const owners = core.run((exports) => exports.regionOwners(length, count)) >>> 0;
  if (owners === 0) throw damaged('regions');
  const address = core.run((exports) => exports.regionMask(count)) >>> 0;
  const ids = new Float64Array(core.memory.buffer, owners, count);
  const mask = new Uint8Array(core.memory.buffer, address, count).fill(1);
  if (hasOwner) for (let i = 0; i < count; i++) mask[i] = hasOwner(ids[i]!) ? 1 : 0;
  for (const row of left ?? []) mask[row] = 0;
}

function groupsIn(core: Core): RegionSums[] {
  const { exports } = core;
  const count = exports.regionGroupCount() >>> 0;
  const rows = viewOf(core, exports.regionGroups(), count * groupBytes);
  const times = timesIn(core, count);
  return Array.from({ length: count }, (_, i) => {
    const at = i * groupBytes;
    const ns = (offset: number): number => Number(rows.getBigInt64(at + offset, true));
    return {
      nameIx: rows.getUint32(at, true),
      stackIx: rows.getUint32(at + 4, true),
      isInherited: rows.getUint32(at + 8, true) !== 0,
      count: rows.getUint32(at + 12, true),
      completeCount: rows.getUint32(at + 16, true),
      lengthNs: ns(24),
      completeNs: ns(32),
      totalNs: ns(40),
      execNs: ns(48),
      schedWaitNs: ns(56),
      syscallNs: ns(64),
      syscallBlockNs: ns(72),
      waits: times[i]!.waits,
      ranges: times[i]!.ranges,
    };
  });
}

/** By group. */
function timesIn(core: Core, groups: number): { waits: KeyDurations; ranges: KeyDurations }[] {
  const { exports } = core;
  const found = Array.from({ length: groups }, () => ({
    waits: [] as [number, number][],
    ranges: [] as [number, number][],
  }));
  const count = exports.regionTimeCount() >>> 0;
  const rows = viewOf(core, exports.regionTimes(), count * timeBytes);
  for (let at = 0; at < count * timeBytes; at += timeBytes) {
    const group = found[rows.getUint32(at, true)]!;
    const key = rows.getUint32(at + 4, true);
    const ns = Number(rows.getBigInt64(at + 8, true));
    if (key < rangeBit) group.waits.push([key, ns]);
    else group.ranges.push([key - rangeBit, ns]);
  }
  return found;
}

function remap(core: Core, groups: number, standsFor: (group: number) => number): void {
  const address = core.run((exports) => exports.regionRemap()) >>> 0;
  const places = new Uint32Array(core.memory.buffer, address, groups);
  for (let group = 0; group < groups; group++) places[group] = standsFor(group) + 1;
  core.exports.keepRegions();
}

function* sortedLengths(core: Core, parts: Int32Array): Generator<void, (part: number) => Float64Array> {
  remap(core, parts.length, (group) => parts[group]!);
  core.exports.beginSort(1);
  while (core.exports.sortPass() !== 0) yield;
  const count = core.exports.recordsHeld.value;
  const records = viewOf(core, core.exports.recordsAt(), count * recordBytes);
  const tag = (i: number): number => records.getUint32(i * recordBytes + 8, true);
  /** The first record with a tag that is not less. */
  const first = (wanted: number): number => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tag(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (part) => {
    const from = first(part);
    const lengths = new Float64Array(first(part + 1) - from);
    for (let i = 0; i < lengths.length; i++) lengths[i] = signed64(records, (from + i) * recordBytes);
    return lengths;
  };
}

function* sortedRegions(
  core: Core,
  groups: number,
  counts: (group: number) => boolean,
): Generator<void, SortedRegions> {
  remap(core, groups, (group) => (counts(group) ? group : -1));
  core.exports.beginSort(0);
  while (core.exports.sortPass() !== 0) yield;
  const count = core.exports.recordsHeld.value;
  const records = viewOf(core, core.exports.recordsAt(), count * recordBytes);
  return { count, at: (i) => placeOf(core, records.getUint32(i * recordBytes + 8, true)) };
}

function placeOf(core: Core, row: number): RegionPlace {
  const rows = viewOf(core, (core.exports.regionRows() >>> 0) + row * placeBytes, placeBytes);
  return {
    goroutine: Number(rows.getBigInt64(0, true)),
    chunk: rows.getUint32(8, true),
    at: rows.getUint32(12, true),
  };
}

/** Of what is known of a region (common/region-chunk.ts). */
const [hasStart, hasEnd] = [1, 2];

function markedRegions(core: Core): MarkedRegions {
  const count = core.exports.markedRegionCount() >>> 0;
  const rows = viewOf(core, core.exports.markedRegions(), count * markedRegionBytes);
  const found = {
    count,
    goroutines: new Uint32Array(count),
    ordinals: new Uint32Array(count),
    names: new Uint32Array(count),
    tasks: new BigUint64Array(count),
    starts: new Float64Array(count),
    ends: new Float64Array(count),
  };
  for (let i = 0, at = 0; i < count; i++, at += markedRegionBytes) {
    const known = rows.getUint32(at + 4, true);
    found.goroutines[i] = rows.getUint32(at, true);
    found.ordinals[i] = rows.getUint32(at + 8, true);
    found.names[i] = rows.getUint32(at + 12, true);
    found.tasks[i] = rows.getBigUint64(at + 16, true);
    found.starts[i] = known & hasStart ? signed64(rows, at + 24) : -Infinity;
    found.ends[i] = known & hasEnd ? signed64(rows, at + 32) : Infinity;
  }
  return found;
}

function markedLogs(core: Core): MarkedLog[] {
  const count = core.exports.markedLogCount() >>> 0;
  const rows = viewOf(core, core.exports.markedLogs(), count * logBytes);
  return Array.from({ length: count }, (_, i) => {
    const at = i * logBytes;
    return {
      goroutine: rows.getUint32(at, true),
      chunk: rows.getUint32(at + 4, true),
      at: rows.getUint32(at + 8, true),
      ns: signed64(rows, at + 16),
      task: rows.getBigUint64(at + 24, true),
    };
  });
}

export const openUserScan: OpenUserScan = (source) => new CoreScan(source);
