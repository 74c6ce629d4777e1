/**
 * A trace of the format of Go 1.22 and later, taken apart into batches and their entries, so that a mutation can change
 * one number and leave the rest valid. What cannot be taken apart stays as bytes.
 */
import { wireEventByType } from '#common/trace-format/event-table.ts';
import { varint } from '../../fixtures/text-trace.ts';

/** An event, or an entry of a table: its type, its numbers (the time delta first, if it has one), and its text. */
export interface Entry {
  readonly type: number;
  readonly numbers: readonly bigint[];
  readonly text?: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface BatchPart {
  readonly kind: 'batch';
  /** −1: an ordinary batch. */
  readonly experiment: number;
  readonly generation: bigint;
  readonly thread: bigint;
  readonly time: bigint;
  readonly entries: readonly Entry[];
  /** What follows the entries and could not be read as one. */
  readonly rest: Uint8Array;
}

export type Part = BatchPart | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export interface TraceTree {
  readonly header: Uint8Array;
  readonly parts: readonly Part[];
}

const headerLength = 16;
const stackType = 3;
const stringType = 5;
/** Structural entries that stand inside of batches. */
const insideBatches = new Set([2, 3, 4, 5, 6, 7, 8, 50]);

class Bytes {
  readonly data: Uint8Array;
  at: number;

  constructor(data: Uint8Array, at = 0) {
    this.data = data;
    this.at = at;
  }

  /** Undefined at the end, or if it is no varint. */
  number(): bigint | undefined {
    let value = 0n;
    for (let i = 0; i < 10 && this.at + i < this.data.length; i++) {
      const byte = this.data[this.at + i]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        this.at += i + 1;
        return value;
      }
    }
    return undefined;
  }

  numbers(count: number): bigint[] | undefined {
    const list: bigint[] = [];
    for (let i = 0; i < count; i++) {
      const value = this.number();
      if (value === undefined) return undefined;
      list.push(value);
    }
    return list;
  }
}

export function parseTree(data: Uint8Array): TraceTree {
  const reader = new Bytes(data, headerLength);
  const parts: Part[] = [];
  while (reader.at < data.length) {
    const start = reader.at;
    const part = parseBatch(reader);
    if (part) parts.push(part);
    else {
      const isMarker = data[start] === 52;
      reader.at = isMarker ? start + 1 : data.length;
      parts.push({ kind: 'bytes', bytes: data.subarray(start, reader.at) });
    }
  }
  return { header: data.subarray(0, headerLength), parts };
}

function parseBatch(reader: Bytes): BatchPart | undefined {
  const type = reader.data[reader.at];
  if (type !== 1 && type !== 49) return undefined;
  reader.at++;
  const experiment = type === 49 ? reader.data[reader.at++]! : -1;
  const [generation, thread, time, size] = reader.numbers(4) ?? [];
  if (size === undefined || BigInt(reader.at) + size > BigInt(reader.data.length)) return undefined;
  const end = reader.at + Number(size);
  const data = reader.data.subarray(reader.at, end);
  reader.at = end;
  const isOpaque = type === 49;
  const { entries, rest } = isOpaque ? { entries: [], rest: data } : parseEntries(data);
  return { kind: 'batch', experiment, generation: generation!, thread: thread!, time: time!, entries, rest };
}

function parseEntries(data: Uint8Array): { entries: Entry[]; rest: Uint8Array } {
  const reader = new Bytes(data);
  const entries: Entry[] = [];
  while (reader.at < data.length) {
    const start = reader.at;
    const type = data[reader.at++]!;
    const parsed = parseNumbers(reader, type);
    if (!parsed) return { entries, rest: data.subarray(start) };
    entries.push({ type, ...parsed, bytes: data.subarray(start, reader.at) });
  }
  return { entries, rest: new Uint8Array() };
}

function parseNumbers(reader: Bytes, type: number): Pick<Entry, 'numbers' | 'text'> | undefined {
  const event = wireEventByType[type];
  if (!event || !(event.timed || insideBatches.has(type))) return undefined;
  const numbers = reader.numbers(event.args.length + (event.timed ? 1 : 0));
  if (!numbers) return undefined;
  if (type === stackType) {
    const frames = numbers[1]! <= 128n ? reader.numbers(Number(numbers[1]) * 4) : undefined;
    return frames && { numbers: [...numbers, ...frames] };
  }
  if (type !== stringType) return { numbers };
  const length = reader.number();
  if (length === undefined || BigInt(reader.at) + length > BigInt(reader.data.length)) return undefined;
  const text = reader.data.subarray(reader.at, reader.at + Number(length));
  reader.at += Number(length);
  return { numbers, text };
}

export function makeEntry(type: number, numbers: readonly bigint[], text?: Uint8Array): Entry {
  const bytes = [
    type,
    ...numbers.flatMap(varint),
    ...(text ? [...varint(BigInt(text.length)), ...text] : []),
  ];
  return { type, numbers, ...(text ? { text } : {}), bytes: Uint8Array.from(bytes) };
}

export function encodeTree(tree: TraceTree): Uint8Array {
  const pieces = [tree.header];
  for (const part of tree.parts) {
    if (part.kind === 'bytes') pieces.push(part.bytes);
    else pieces.push(batchHeader(part), ...part.entries.map((entry) => entry.bytes), part.rest);
  }
  return Buffer.concat(pieces);
}

function batchHeader(part: BatchPart): Uint8Array {
  const size = part.entries.reduce((sum, entry) => sum + entry.bytes.length, part.rest.length);
  return Uint8Array.from([
    ...(part.experiment < 0 ? [1] : [49, part.experiment]),
    ...[part.generation, part.thread, part.time, BigInt(size)].flatMap(varint),
  ]);
}
