/**
 * Cuts the batches of a trace into generations and hands each to a sink (the core). How a generation ends, and what becomes
 * of one that is damaged, differs between versions: before 1.26 it ends where a batch of the next one begins, and what was
 * read before a damaged header is kept; from 1.26 on a marker ends it, and without the marker it is lost. Source:
 * internal/trace/generation.go of Go 1.27.
 */
import type { TraceVersion } from '#common/trace-format/releases.ts';
import type { Batch, BatchReader } from './batch-reader.ts';

/** What is wrong with a generation: `reason` is a clause without the place. */
export interface Trouble {
  readonly code: string;
  readonly reason: string;
  readonly generation?: bigint;
  readonly atByte: number;
  /** From here on nothing of the file is used. */
  readonly lostFromByte: number;
}

/** A fault that the sink found in what it was given. */
export interface SinkFault {
  readonly name: string;
  readonly reason: string;
  readonly atByte?: number;
  /** Go's reader takes it for the end of the trace. */
  readonly silent: boolean;
}

export interface GenerationSink {
  beginGeneration(version: TraceVersion): void;
  addBatch(batch: {
    readonly thread: bigint;
    readonly time: bigint;
    readonly experiment: number;
    readonly data: Uint8Array;
    readonly fileOffset: number;
  }): SinkFault | undefined;
  finishGeneration(): SinkFault | undefined;
}

export type ReadResult =
  | {
      readonly kind: 'generation';
      readonly number: bigint;
      readonly startByte: number;
      readonly untilByte: number;
      /** What stands behind it: the cause if its events refer to something that is missing. */
      readonly behind?: Trouble;
    }
  /** The trace is over. With trouble: Go's reader does not see that something is lost. */
  | { readonly kind: 'end'; readonly trouble?: Trouble }
  | { readonly kind: 'broken'; readonly trouble: Trouble };

const structuralTypes = new Set([2, 4, 6]);
const syncType = 50;
const endOfGenerationType = 52;

export class GenerationReader {
  readonly #batches: BatchReader;
  readonly #version: TraceVersion;
  readonly #sink: GenerationSink;
  #number: bigint | undefined;
  #startByte = 0;
  /** The first batch of the next generation, which is read before one can know that the current one is over. */
  #spill: Batch | undefined;
  /** Found behind a generation that is whole enough to be delivered first. */
  #pending: Trouble | undefined;
  #started = false;

  constructor(batches: BatchReader, version: TraceVersion, sink: GenerationSink) {
    this.#batches = batches;
    this.#version = version;
    this.#sink = sink;
  }

  /** Reads the next generation into the sink. Not to be called again after `end` or `broken`. */
  async next(): Promise<ReadResult> {
    if (this.#pending) return { kind: 'broken', trouble: this.#pending };
    if (this.#started && !this.#version.explicitEnd && !this.#spill) return { kind: 'end' };
    this.#started = true;
    this.#begin();
    const early = this.#version.explicitEnd ? await this.#readToMarker() : await this.#readToNextNumber();
    if (early) return early;
    const fault = this.#sink.finishGeneration();
    if (fault) return this.#incomplete(fault);
    const behind = this.#troubleBehind();
    const untilByte = this.#spill?.startByte ?? behind?.atByte ?? this.#batches.offset;
    return {
      kind: 'generation',
      number: this.#number ?? 0n,
      startByte: this.#startByte,
      untilByte,
      ...(behind ? { behind } : {}),
    };
  }

  #troubleBehind(): Trouble | undefined {
    return this.#pending;
  }

  #begin(): void {
    this.#number = undefined;
    this.#startByte = this.#spill?.startByte ?? this.#batches.offset;
    this.#sink.beginGeneration(this.#version);
  }

  async #readToNextNumber(): Promise<ReadResult | undefined> {
    const spill = this.#spill;
    this.#spill = undefined;
    if (spill) {
      this.#number = spill.generation;
      const fault = this.#add(spill);
      if (fault) return fault;
    }
    for (;;) {
      const item = await this.#batches.next();
      if (item.kind === 'end') return undefined;
      if (item.kind === 'malformed') {
        const trouble = this.#trouble(item.code, item.reason, item.startByte);
        if (this.#number === undefined) return { kind: 'broken', trouble };
        this.#pending = { ...trouble, lostFromByte: item.startByte };
        // Events behind the damage belong to this generation, so it is over.
        return undefined;
      }
      if (item.kind === 'end of generation' || item.generation === 0n)
        return this.#broken(
          'invalid-generation-number',
          'a batch has the generation number 0',
          item.startByte,
        );
      this.#number ??= item.generation;
      if (item.generation === this.#number + 1n) {
        this.#spill = { ...item, data: item.data.slice() };
        return undefined;
      }
      if (item.generation !== this.#number)
        return this.#broken(
          'generations-out-of-order',
          `a batch of generation ${item.generation} stands in generation ${this.#number}`,
          item.startByte,
        );
      const fault = this.#add(item);
      if (fault) return fault;
    }
  }

  async #readToMarker(): Promise<ReadResult | undefined> {
    let hasEvents = false;
    for (;;) {
      const item = await this.#batches.next();
      if (item.kind === 'end') return this.#endWithoutMarker(hasEvents, item.startByte);
      if (item.kind === 'malformed') return this.#broken(item.code, item.reason, item.startByte);
      if (item.kind === 'end of generation') return undefined;
      this.#number ??= item.generation;
      const type = item.data[0];
      if (item.experiment === 0 && type === endOfGenerationType) return undefined;
      if (item.generation === 0n)
        return this.#broken(
          'invalid-generation-number',
          'a batch has the generation number 0',
          item.startByte,
        );
      if (item.generation !== this.#number)
        return this.#broken(
          'generations-interleaved',
          `a batch of generation ${item.generation} stands in generation ${this.#number}, whose end is missing`,
          item.startByte,
        );
      const fault = this.#add(item);
      if (fault) return fault;
      hasEvents ||=
        item.experiment === 0 && (type === undefined || (!structuralTypes.has(type) && type !== syncType));
    }
  }

  #endWithoutMarker(hasEvents: boolean, atByte: number): ReadResult {
    if (hasEvents) return this.#broken('file-truncated', 'the file ends before the generation does', atByte);
    if (this.#number === undefined) return { kind: 'end' };
    return {
      kind: 'end',
      trouble: this.#trouble('file-truncated', 'the file ends before any event of it', atByte),
    };
  }

  #add(batch: Batch): ReadResult | undefined {
    const fault = this.#sink.addBatch({ ...batch, fileOffset: batch.dataByte });
    return fault && this.#faulty(fault, batch.startByte);
  }

  #faulty(fault: SinkFault, atByte: number): ReadResult {
    const trouble = this.#trouble(fault.name, fault.reason, fault.atByte ?? atByte);
    return fault.silent ? { kind: 'end', trouble } : { kind: 'broken', trouble };
  }

  /** What a generation lacks may be missing because the file is damaged: that comes first. */
  #incomplete(fault: SinkFault): ReadResult {
    if (!this.#pending) return this.#faulty(fault, this.#startByte);
    const { code, reason, atByte } = this.#pending;
    return this.#broken(
      code,
      `${reason}, and the generation lacks what would have followed: ${fault.reason}`,
      atByte,
    );
  }

  #broken(code: string, reason: string, atByte: number): ReadResult {
    return { kind: 'broken', trouble: this.#trouble(code, reason, atByte) };
  }

  /** By default the whole generation is lost. */
  #trouble(code: string, reason: string, atByte: number): Trouble {
    return {
      code,
      reason,
      ...(this.#number === undefined ? {} : { generation: this.#number }),
      atByte,
      lostFromByte: this.#startByte,
    };
  }
}
