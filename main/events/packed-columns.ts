/**
 * Words of many equal records, each field in the fewest bytes that hold it: 80 bytes of an event become some twenty.
 *
 *     a field whose values are 16888 … 16930:  base 16888, one byte each
 *     a field that is 0 throughout:            base 0, nothing
 */

interface Column {
  readonly base: number;
  /** Absent: all are the base. */
  readonly offsets: Uint8Array | Uint16Array | Uint32Array | undefined;
}

export interface PackedColumns {
  readonly count: number;
  readonly columns: readonly Column[];
  readonly bytes: number;
}

/** `words`: records of `fields` signed words each, one behind the other. */
export function packColumns(words: Int32Array, count: number, fields: number): PackedColumns {
  const columns = Array.from({ length: fields }, (_, field) => packColumn(words, count, fields, field));
  const bytes = columns.reduce((sum, { offsets }) => sum + (offsets?.byteLength ?? 0), 0);
  return { count, columns, bytes };
}

function packColumn(words: Int32Array, count: number, fields: number, field: number): Column {
  const end = count * fields;
  let least = words[field] ?? 0;
  let largest = least;
  for (let at = field; at < end; at += fields) {
    const word = words[at]!;
    if (word < least) least = word;
    else if (word > largest) largest = word;
  }
  const offsets = arrayFor(largest - least, count);
  if (offsets) for (let at = field, i = 0; i < count; at += fields, i++) offsets[i] = words[at]! - least;
  return { base: least, offsets };
}

function arrayFor(range: number, count: number): Column['offsets'] {
  if (range === 0) return undefined;
  if (range < 0x100) return new Uint8Array(count);
  return range < 0x10000 ? new Uint16Array(count) : new Uint32Array(count);
}

export function wordAt({ columns }: PackedColumns, field: number, i: number): number {
  const { base, offsets } = columns[field]!;
  return offsets ? (base + offsets[i]!) | 0 : base;
}
