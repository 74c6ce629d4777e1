/**
 * Packed user logs (runtime/trace.Log), as stored in the cache: up to some two thousand a chunk, in order of time.
 *
 *     log:  time minus the one before in the chunk (0 before the first) | goroutine minus the one before (0 before the first) |
 *           task | length | category | length | message
 *
 * All numbers are varints; time and goroutine have 64 bits and a sign (zigzag), a task has 64 bits. Times are nanoseconds since the
 * trace's first event; lengths are in bytes, texts as they stand in the trace, usually UTF-8. Task 0 stands for none.
 *
 * Example: at 100 ns goroutine 7 logs `ok` for task 2, category `db`: `c8 01 0e 02  02 64 62  02 6f 6b`.
 */
import { damagedBlob, VarintReader } from './varint.ts';

export interface PackedLog {
  readonly ns: number;
  /** Beyond 2^53 the nearest number there is. */
  readonly goroutine: number;
  readonly task: bigint;
  readonly category: string;
  readonly message: string;
}

export interface StoredLogChunk {
  readonly ix: number;
  /** Logs in it. */
  readonly count: number;
  readonly startNs: number;
  readonly untilNs: number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The `count` logs of a chunk. Fails with `cache-damaged` where the chunk is not what it should be. */
export function* logsIn(chunk: Uint8Array, count: number): Generator<PackedLog> {
  const reader = new VarintReader(chunk);
  let ns = 0;
  let goroutine = 0n;
  for (let i = 0; i < count; i++) {
    ns += reader.nextSigned();
    goroutine = BigInt.asIntN(64, goroutine + reader.nextSigned64());
    const task = reader.next64();
    yield { ns, goroutine: Number(goroutine), task, ...textsAt(chunk, reader) };
  }
  if (reader.at !== chunk.length) throw damagedBlob();
}

/** The texts of a log that begin at a place of its chunk. */
export const logTexts = (chunk: Uint8Array, at: number): Pick<PackedLog, 'category' | 'message'> =>
  textsAt(chunk, new VarintReader(chunk, at));

const textsAt = (chunk: Uint8Array, reader: VarintReader): Pick<PackedLog, 'category' | 'message'> => ({
  category: nextText(chunk, reader),
  message: nextText(chunk, reader),
});

/** Bytes that are not UTF-8 are replaced. */
function nextText(chunk: Uint8Array, reader: VarintReader): string {
  const length = reader.next();
  const from = reader.at;
  if (length > chunk.length - from) throw damagedBlob();
  reader.at += length;
  return decoder.decode(chunk.subarray(from, reader.at));
}
