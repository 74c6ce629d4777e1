/**
 * The batches of one generation as they stand in the file, in memory that threads share: whoever orders the generation reads
 * them, and whoever fits it in may have to do so again. Batches lie one behind the other in segments:
 *
 *     batch:  thread i64 | time u64 | place of the data in the file f64 | experiment u8 | gap u8 | pad u16 | length u32
 *             | gap | data | pad to 8 bytes
 *
 * With the gap the data lie in their words as they did in the buffer they were read into: four times as quickly copied.
 */
import type { Core, RawBatch } from '#core-wasm/host/core.ts';
import type { Fault } from '#core-wasm/host/faults.ts';
import type { GenerationSink } from '#main/trace-file/generation-reader.ts';
import type { TraceVersion } from '#common/trace-format/releases.ts';

const segmentBytes = 4 << 20;
const headerBytes = 32;
/** Segments kept for the next generation. */
const mostSpare = 16;

interface Segment {
  readonly bytes: SharedArrayBuffer;
  used: number;
}

/** What another thread needs of it. */
export interface SharedGeneration {
  readonly number: bigint;
  readonly clockSnapshot: boolean;
  readonly segments: readonly Segment[];
}

/** Segments of generations that are over. */
export class SpareSegments {
  readonly #spare: SharedArrayBuffer[] = [];

  take(): Segment {
    return { bytes: this.#spare.pop() ?? new SharedArrayBuffer(segmentBytes), used: 0 };
  }

  give(segments: readonly Segment[]): void {
    for (const { bytes } of segments) if (this.#spare.length < mostSpare) this.#spare.push(bytes);
  }
}

/** Records generations while a core of its own reads their tables, so that what is wrong with them shows in its place. */
export class GenerationRecorder implements GenerationSink {
  readonly #tables: Core;
  readonly #spare: SpareSegments;
  #segments: Segment[] = [];

  constructor(tables: Core, spare: SpareSegments) {
    this.#tables = tables;
    this.#spare = spare;
  }

  beginGeneration(version: TraceVersion): void {
    this.#segments = [];
    this.#tables.beginGeneration(version);
  }

  addBatch(batch: RawBatch): Fault | undefined {
    this.#append(batch);
    return readTables(this.#tables, batch);
  }

  finishGeneration(): Fault | undefined {
    return this.#tables.finishGeneration();
  }

  /** The batches since `beginGeneration`. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  #append({ data, thread, time, fileOffset, experiment }: RawBatch): void {
    const gap = data.byteOffset & 7;
    const length = headerBytes + padded(gap + data.length);
    let segment = this.#segments.at(-1);
    if (!segment || segment.used + length > segmentBytes) {
      segment = this.#spare.take();
      this.#segments.push(segment);
    }
    const header = new DataView(segment.bytes, segment.used, headerBytes);
    header.setBigInt64(0, thread, true);
    header.setBigUint64(8, time, true);
    header.setFloat64(16, fileOffset, true);
    header.setUint8(24, experiment);
    header.setUint8(25, gap);
    header.setUint32(28, data.length, true);
    new Uint8Array(segment.bytes, segment.used + headerBytes + gap, data.length).set(data);
    segment.used += length;
  }
}

const padded = (length: number): number => (length + 7) & ~7;

function* recordedBatches(segments: readonly Segment[]): Generator<RawBatch & { readonly segment: number }> {
  for (const [segment, { bytes, used }] of segments.entries()) {
    const view = new DataView(bytes);
    for (let at = 0; at < used;) {
      const gap = view.getUint8(at + 25);
      const length = view.getUint32(at + 28, true);
      yield {
        segment,
        thread: view.getBigInt64(at, true),
        time: view.getBigUint64(at + 8, true),
        fileOffset: view.getFloat64(at + 16, true),
        experiment: view.getUint8(at + 24),
        data: new Uint8Array(bytes, at + headerBytes + gap, length),
      };
      at += headerBytes + padded(gap + length);
    }
  }
}

/** First bytes of batches that hold anything but events, in some version. */
const tableTypes = new Set([2, 4, 6, 8, 50, 52]);

const holdsEvents = ({ experiment, data }: RawBatch): boolean =>
  experiment === 0 && !tableTypes.has(data[0] ?? 0);

/** Reads a batch for the generation's tables alone. */
function readTables(core: Core, batch: RawBatch): Fault | undefined {
  if (!holdsEvents(batch)) return core.addBatch(batch);
  core.noteBatch(batch.time);
  return undefined;
}

/** Batches of events stay in their segments: the core asks for one when it comes to it, and holds one a thread. */
class KeptBatches {
  readonly #core: Core;
  readonly #segments: readonly Segment[];
  /** By the batch's number: its data count from the beginning of the first segment, as if all had their full length. */
  readonly #places: number[] = [];

  constructor(core: Core, segments: readonly Segment[]) {
    this.#core = core;
    this.#segments = segments;
    core.keepData((number, length) => {
      const place = this.#places[number]!;
      const segment = this.#segments[Math.floor(place / segmentBytes)]!;
      return new Uint8Array(segment.bytes, place % segmentBytes, length);
    });
  }

  add(batch: RawBatch & { readonly segment: number }): void {
    this.#core.addKeptBatch(batch, this.#places.length);
    this.#places.push(batch.segment * segmentBytes + batch.data.byteOffset);
  }
}

/** Reads a generation, or its tables alone, into a core. It was found to be sound when it was recorded. */
export function readGeneration(core: Core, generation: SharedGeneration, what: 'all' | 'tables'): void {
  core.beginGeneration(generation);
  const kept = what === 'all' ? new KeptBatches(core, generation.segments) : undefined;
  for (const batch of recordedBatches(generation.segments)) {
    if (kept && holdsEvents(batch)) {
      kept.add(batch);
      continue;
    }
    const fault = readTables(core, batch);
    if (fault) throw new Error(`a recorded batch has changed: ${fault.reason}`);
  }
  const fault = core.finishGeneration();
  if (fault) throw new Error(`a recorded generation has changed: ${fault.reason}`);
}
