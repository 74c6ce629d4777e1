/**
 * Packed user regions, as stored in the cache: some two thousand a chunk, in the order in which they ended.
 *
 *     chunk:   region after region, without gaps; how many stands beside it
 *     region:  goroutine minus the one before in the chunk (0 before the first) | length of what follows in bytes |
 *              what is known: 1: start, 2: end; 4: inherited | ordinal | name | stack | task | [start] | [end] | total | exec |
 *              sched wait | syscall | syscall block | waits | {reason | ns} … | ranges | {key | ns} …
 *
 * All numbers are varints; goroutine, points in time, figures and the ns of lists have 64 bits and a sign (zigzag), a task has 64
 * bits, the others 32. The ordinal counts the regions of a goroutine as they end. The stack is where the region begins, 0 where that
 * is not in the trace. A goroutine that is created inside of a region inherits one without a name, which begins with it, at the
 * stack that created it. Points in time are nanoseconds since the trace's first event, an end counts from the start where that is
 * known; figures and lists are nanoseconds inside the region; in a trace that contradicts itself they are below zero. `waits` and
 * `ranges` are numbers of pairs; time that is 0 has none. What a region waited in which class of states follows from its waits.
 *
 * Example: goroutine 7 is in region `3` of task 2, begun at stack 31, from 100 ns on for 300 ns, runs for 50 of them and waits 250
 * for reason 2: `0e 14  03 00 03 1f 02  c8 01 d8 04  d8 04 64 00 00 00  01 02 f4 03  00`.
 */
import type { KeyDurations } from './key-durations.ts';
import { damagedBlob, VarintReader } from './varint.ts';

/** Points in time are null where they are not in the trace. */
export interface PackedRegion {
  readonly ordinal: number;
  readonly nameIx: number;
  /** Where it begins, leaf first; 0 where that is not in the trace. */
  readonly stackIx: number;
  readonly task: bigint;
  /** It stands for the task of the region inside of which the goroutine was created. */
  readonly isInherited: boolean;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly totalNs: number;
  readonly execNs: number;
  readonly schedWaitNs: number;
  readonly syscallNs: number;
  readonly syscallBlockNs: number;
  readonly waits: KeyDurations;
  readonly ranges: KeyDurations;
}

/** No region has fewer. */
export const leastRegionBytes = 14;
const hasStart = 1;
const hasEnd = 2;
const inherited = 4;

/**
 * The `count` regions of a chunk, with where they lie for `regionAt`. A goroutine beyond 2^53 is the nearest number there is. Throws
 * `cache-damaged` where the chunk is not what it should be.
 */
export function eachRegion(
  chunk: Uint8Array,
  count: number,
  take: (goroutine: number, at: number, region: PackedRegion) => void,
): void {
  const reader = new VarintReader(chunk);
  let goroutine = 0n;
  for (let i = 0; i < count; i++) {
    goroutine = BigInt.asIntN(64, goroutine + reader.nextSigned64());
    const length = next32(reader);
    const at = reader.at;
    take(Number(goroutine), at, nextRegion(reader));
    if (reader.at !== at + length) throw damagedBlob();
  }
  if (reader.at !== chunk.length) throw damagedBlob();
}

/** A region without its goroutine. `at` comes from `eachRegion`. */
export const regionAt = (chunk: Uint8Array, at: number): PackedRegion =>
  nextRegion(new VarintReader(chunk, at));

function nextRegion(reader: VarintReader): PackedRegion {
  const known = next32(reader);
  const [ordinal, nameIx, stackIx] = [next32(reader), next32(reader), next32(reader)];
  const task = reader.next64();
  const startNs = known & hasStart ? reader.nextSigned() : null;
  const endNs = known & hasEnd ? (startNs ?? 0) + reader.nextSigned() : null;
  return {
    ordinal,
    nameIx,
    stackIx,
    task,
    isInherited: (known & inherited) !== 0,
    startNs,
    endNs,
    totalNs: reader.nextSigned(),
    execNs: reader.nextSigned(),
    schedWaitNs: reader.nextSigned(),
    syscallNs: reader.nextSigned(),
    syscallBlockNs: reader.nextSigned(),
    waits: nextList(reader),
    ranges: nextList(reader),
  };
}

function nextList(reader: VarintReader): KeyDurations {
  const pairs: [number, number][] = [];
  for (let left = next32(reader); left > 0; left--) pairs.push([next32(reader), reader.nextSigned()]);
  return pairs;
}

function next32(reader: VarintReader): number {
  const value = reader.next();
  if (value <= 0xffffffff) return value;
  throw damagedBlob();
}
