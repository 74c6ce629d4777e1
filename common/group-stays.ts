/**
 * The longest stays of each group (start function) in a generation, as they are stored; those of plain lives too.
 *
 *     generation:  number of groups × 2 + 1 if groups were left out | groups, by name           (all numbers are varints)
 *     group:       name minus the one before | number of stays × 2 + 1 if shorter ones were left out | bytes that follow | stays
 *     stay:        how much shorter than the one before (first: its length) | from, from the generation's start on | goroutine | what | stack
 *
 * Name 0 has the goroutines whose name came later (`late_names`) or never. `what` is reason × 32 + state × 4, + 1 if the stay may have
 * begun before, + 2 if it may go on behind: in another generation, or in another block of the goroutine's spans. Of equally long ones
 * that of the goroutine with the smaller number comes first. Example: of start function 4 goroutine 7 waited 300 ns for reason 2 at stack 5, from
 * 100 ns on, and goroutine 9 ran for 44 ns, since the generation began, and perhaps before; there are shorter ones:
 * `02 | 04 05 0c | ac 02 64 07 50 05 | 80 02 00 09 0d 00`.
 */
import type { StayPiece } from './span-sums.ts';
import { putVarint, VarintReader } from './varint.ts';

/** Stays of each group. */
export const storedStays = 64;
/** Groups of a generation: those with the longest stays. */
export const storedGroups = 256;

/** As they lie in the core: core-wasm/assembly/span-scan/group-longest.ts. */
export const stayBytes = 40;
const isPiece = 3;
const hasOthers = 4;

export interface StayRow {
  readonly group: number;
  readonly stay: StayPiece;
  readonly flags: number;
}

export function staysIn(bytes: Uint8Array): StayRow[] {
  const rows = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / stayBytes }, (_, i) => {
    const at = i * stayBytes;
    const number = (offset: number): number => Number(rows.getBigInt64(at + offset, true));
    const what = rows.getUint32(at + 28, true);
    const flags = rows.getUint32(at + 32, true);
    const stay = {
      goroutine: number(0),
      from: number(8),
      until: number(16),
      state: what & 7,
      reason: what >>> 3,
      stack: rows.getUint32(at + 24, true),
      isPiece: (flags & isPiece) !== 0,
    };
    return { group: rows.getUint32(at + 36, true), stay, flags };
  });
}

/** What of a group is kept, or goes first, if there are many. */
export const longerFirst = (a: StayPiece, b: StayPiece): number =>
  b.until - b.from - (a.until - a.from) || a.goroutine - b.goroutine || a.from - b.from;

/** `bytes`: as they lie in the core. `leftOut`: there are groups of which it has none. */
export function packStays(bytes: Uint8Array, startNs: number, leftOut: boolean): Uint8Array {
  const rows = staysIn(bytes);
  // Nobody has such numbers but who means harm: those are looked up in the spans.
  if (!rows.every(({ stay }) => isPackable(stay, startNs))) return Uint8Array.of(1);
  const all = groupsOf(rows);
  const groups = all.slice(0, storedGroups).sort((a, b) => a.name - b.name);
  const into = new Uint8Array(10 + groups.reduce((so, { stays }) => so + 30 + stays.length * 40, 0));
  let at = putVarint(into, 0, groups.length * 2 + Number(leftOut || all.length > groups.length));
  let before = 0;
  for (const { name, hasMore, stays } of groups) {
    const packed = packGroup(stays, startNs);
    at = putVarint(into, at, name - before);
    at = putVarint(into, at, stays.length * 2 + Number(hasMore));
    at = putVarint(into, at, packed.length);
    into.set(packed, at);
    at += packed.length;
    before = name;
  }
  return into.slice(0, at);
}

const isPackable = ({ goroutine, from, until }: StayPiece, startNs: number): boolean =>
  goroutine >= 0 && from >= startNs && [goroutine, from, until].every(Number.isSafeInteger);

interface RowsOfGroup {
  readonly name: number;
  readonly hasMore: boolean;
  readonly stays: readonly StayRow[];
}

/** Those with the longest stays first. */
function groupsOf(rows: readonly StayRow[]): RowsOfGroup[] {
  const byName = new Map<number, StayRow[]>();
  for (const row of rows) {
    const own = byName.get(row.group);
    if (own) own.push(row);
    else byName.set(row.group, [row]);
  }
  const groups = [...byName].map(([name, own]) => ({
    name,
    hasMore: own.some(({ flags }) => (flags & hasOthers) !== 0),
    stays: own.sort((a, b) => longerFirst(a.stay, b.stay)),
  }));
  return groups.sort((a, b) => longerFirst(a.stays[0]!.stay, b.stays[0]!.stay) || a.name - b.name);
}

function packGroup(rows: readonly StayRow[], startNs: number): Uint8Array {
  const into = new Uint8Array(rows.length * 40);
  let at = 0;
  let before = 0;
  for (const { stay, flags } of rows) {
    const length = stay.until - stay.from;
    at = putVarint(into, at, at === 0 ? length : before - length);
    at = putVarint(into, at, stay.from - startNs);
    at = putVarint(into, at, stay.goroutine);
    at = putVarint(into, at, stay.reason * 32 + stay.state * 4 + (flags & isPiece));
    at = putVarint(into, at, stay.stack);
    before = length;
  }
  return into.subarray(0, at);
}

export interface GroupStays {
  /** The longest first. */
  readonly stays: readonly StayPiece[];
  /** There are no others in the generation. */
  readonly isAll: boolean;
}

/** Of some groups, up to so many of each. `leftOut`: those that are not there may have some all the same. */
export function unpackStays(
  packed: Uint8Array,
  startNs: number,
  groups: ReadonlySet<number>,
  most = storedStays,
): { readonly groups: ReadonlyMap<number, GroupStays>; readonly leftOut: boolean } {
  const reader = new VarintReader(packed);
  const found = new Map<number, GroupStays>();
  const head = reader.next();
  let name = 0;
  for (let i = 0; i < head >> 1; i++) {
    name += reader.next();
    const count = reader.next();
    const end = reader.next() + reader.at;
    if (groups.has(name)) {
      const taken = Math.min(most, count >> 1);
      found.set(name, { stays: unpackGroup(reader, startNs, taken), isAll: count === taken * 2 });
    }
    reader.at = end;
  }
  return { groups: found, leftOut: (head & 1) !== 0 };
}

function unpackGroup(reader: VarintReader, startNs: number, count: number): StayPiece[] {
  const stays: StayPiece[] = [];
  let length = 0;
  for (let i = 0; i < count; i++) {
    const shorter = reader.next();
    length = i === 0 ? shorter : length - shorter;
    const from = startNs + reader.next();
    const goroutine = reader.next();
    const what = reader.next();
    stays.push({
      goroutine,
      from,
      until: from + length,
      state: (what >> 2) & 7,
      reason: Math.floor(what / 32),
      stack: reader.next(),
      isPiece: (what & isPiece) !== 0,
    });
  }
  return stays;
}
