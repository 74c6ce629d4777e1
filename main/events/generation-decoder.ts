/** Decodes any generation of a trace again, from its bytes in the file and what is stored of the state that it begins with. */
import { setImmediate } from 'node:timers/promises';
import { Failure } from '#common/errors.ts';
import { throwIfStopped, type StopFlag } from '#common/stop-flag.ts';
import { headerLength, type TraceVersion } from '#common/trace-format/releases.ts';
import { resumeFrom } from '#core-wasm/host/checkpoint.ts';
import { Core, type ClockSnapshot } from '#core-wasm/host/core.ts';
import { V1Trace } from '#core-wasm/host/v1-trace.ts';
import { orderGeneration } from '#main/ingest/ordering/order-generation.ts';
import { GenerationRecorder, SpareSegments } from '#main/ingest/ordering/recorded-generation.ts';
import { BatchReader } from '#main/trace-file/batch-reader.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';
import { GenerationReader } from '#main/trace-file/generation-reader.ts';
import type { EventFile } from './event-file.ts';

/** After so many deliveries whatever else waits on this thread has its turn. */
const turn = 16;

/** A generation as the database has it. */
export interface StoredGeneration {
  readonly ordinal: number;
  readonly startByte: number;
  readonly untilByte: number;
  readonly events: number;
}

/** `core.records` hold events, `core.tables` their strings and stacks, until the next delivery. */
export interface Delivery {
  readonly core: Core;
  /** Of the Sync that begins the generation. */
  readonly snapshot?: ClockSnapshot;
}

type Take = (delivery: Delivery) => boolean | Promise<boolean>;

export interface DecodedFrom {
  readonly file: EventFile;
  readonly version: TraceVersion;
  /** What the generation is ordered with; not each has one. */
  readonly checkpoint: (ordinal: number) => Uint8Array | undefined;
  readonly generation: (ordinal: number) => StoredGeneration | undefined;
  readonly stop?: StopFlag;
}

export class GenerationDecoder {
  readonly #from: DecodedFrom;
  #core = new Core();
  readonly #spare = new SpareSegments();
  readonly #recorder = new GenerationRecorder(new Core(), this.#spare);

  constructor(from: DecodedFrom) {
    this.#from = from;
  }

  /**
   * Delivers the events of a generation in order until `take` answers false, and waits for its answer. One after the other. Fails with `file-…` where the file
   * does not give the events that were read of it.
   */
  async decode(generation: StoredGeneration, take: Take): Promise<void> {
    const { file, version } = this.#from;
    const { startByte, untilByte } = generation;
    if (version.family !== 'v1') await this.#resume(generation.ordinal);
    await file.part(version.family === 'v1' ? headerLength : startByte, untilByte, async (source) => {
      let events = 0;
      for await (const delivery of this.#deliveries(generation, source)) {
        const left = generation.events - events;
        events += delivery.core.records.count;
        if (delivery.core.records.count > left) break;
        const answer = take(delivery);
        if (!(typeof answer === 'boolean' ? answer : await answer)) return;
      }
      // Behind the last generation stands a Sync of its own.
      if (events === generation.events - 1) {
        this.#core.deliverSync('end');
        events++;
        await take({ core: this.#core });
      }
      if (events !== generation.events) throw unlike();
    });
  }

  #deliveries(generation: StoredGeneration, source: ByteSource): AsyncGenerator<Delivery> {
    return this.#from.version.family === 'v1' ? this.#oldEvents(source) : this.#events(generation, source);
  }

  /** Brings the core to where a generation begins: from the last checkpoint before it. */
  async #resume(ordinal: number): Promise<void> {
    let at = ordinal;
    let checkpoint = this.#from.checkpoint(at);
    while (at > 0 && !checkpoint) checkpoint = this.#from.checkpoint(--at);
    resumeFrom(this.#core, checkpoint);
    for (; at < ordinal; at++) {
      const earlier = this.#from.generation(at);
      if (!earlier) throw unlike();
      await this.#from.file.part(earlier.startByte, earlier.untilByte, (source) =>
        this.#pass(earlier, source),
      );
    }
  }

  /** Only for what the core carries on. */
  async #pass(generation: StoredGeneration, source: ByteSource): Promise<void> {
    const events = this.#events(generation, source);
    while ((await events.next()).done !== true);
  }

  async *#events({ startByte, untilByte }: StoredGeneration, source: ByteSource): AsyncGenerator<Delivery> {
    const core = this.#core;
    if (startByte === untilByte) return;
    const reader = new GenerationReader(new BatchReader(source), this.#from.version, this.#recorder);
    const place = await reader.next();
    if (place.kind !== 'generation') throw unlike();
    const { clockSnapshot } = this.#from.version;
    const recorded = { number: place.number, clockSnapshot, segments: this.#recorder.segments };
    try {
      for await (const part of orderGeneration(core, place, recorded, undefined)) {
        throwIfStopped(this.#from.stop);
        if (part.kind === 'events') yield { core, ...(part.snapshot ? { snapshot: part.snapshot } : {}) };
      }
    } finally {
      this.#spare.give(recorded.segments);
    }
  }

  /** A trace of the format before Go 1.22 counts as one generation. */
  async *#oldEvents(source: ByteSource): AsyncGenerator<Delivery> {
    const core = (this.#core = new Core());
    const trace = new V1Trace(core, this.#from.version.minor);
    const bytes = new BatchReader(source);
    for (let some = await bytes.readSome(); some.length > 0; some = await bytes.readSome())
      trace.append(some);
    if (trace.load(() => throwIfStopped(this.#from.stop))) return;
    if (trace.deliverSync()) yield { core };
    for (let turns = 1; ; turns++) {
      throwIfStopped(this.#from.stop);
      const delivery = trace.deliver();
      yield { core };
      if (delivery !== 'more') return;
      if (turns % turn === 0) await setImmediate();
    }
  }
}

const unlike = (): Failure =>
  new Failure(
    'file-changed',
    'The file does not hold the events any more that were read of it; open the trace again.',
  );
