/**
 * A row of exact blocks of one lane: small rows would leave much of the database's pages empty.
 *
 *     row:  number of blocks | for each: spans or changes in it, its length in time, its length in bytes | blocks
 *
 * The numbers in front are varints. Example: one block of 3 spans, 40 ns long, of 7 bytes: `01 03 28 07` and the block.
 */
import { damagedBlob, putVarint, VarintReader } from './varint.ts';

export interface LanePart {
  readonly count: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly data: Uint8Array;
}

/** Three numbers of at most eight bytes. */
const mostPerPart = 24;

/** Blocks follow each other without a gap in time. */
export function packParts(parts: readonly LanePart[]): Uint8Array {
  const bytes = parts.reduce((so, part) => so + part.data.length, 0);
  const row = new Uint8Array(8 + parts.length * mostPerPart + bytes);
  let at = putVarint(row, 0, parts.length);
  for (const part of parts) {
    at = putVarint(row, at, part.count);
    at = putVarint(row, at, part.untilNs - part.startNs);
    at = putVarint(row, at, part.data.length);
  }
  for (const part of parts) {
    row.set(part.data, at);
    at += part.data.length;
  }
  return row.subarray(0, at);
}

/** `startNs` is the row's. */
export function unpackParts(row: Uint8Array, startNs: number): LanePart[] {
  const reader = new VarintReader(row);
  const count = reader.next();
  if (count > row.length) throw damagedBlob();
  const facts = Array.from({ length: count }, () => ({
    count: reader.next(),
    ns: reader.next(),
    bytes: reader.next(),
  }));
  let time = startNs;
  let at = reader.at;
  return facts.map(({ count, ns, bytes }) => {
    const part = { count, startNs: time, untilNs: time + ns, data: row.subarray(at, at + bytes) };
    time += ns;
    at += bytes;
    return part;
  });
}
