/** Reads a trace into its database, one transaction a generation. Runs on the thread that calls it. */
import type { Diagnostic } from '#common/diagnostics.ts';
import { Failure } from '#common/errors.ts';
import { wireEventByType } from '#common/trace-format/event-table.ts';
import { throwIfStopped, type StopFlag } from '#common/stop-flag.ts';
import { bytes } from '#common/units.ts';
import { headerLength } from '#common/trace-format/releases.ts';
import { checkpointOf } from '#core-wasm/host/checkpoint.ts';
import { Core } from '#core-wasm/host/core.ts';
import { storageFailure } from '#db/storage-failure.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';
import { orderedTrace, type GenerationPlace, type TracePart } from './ordered-trace.ts';
import type { Threads } from './ordering/read-ahead.ts';
import { RowStore } from './row-store.ts';
import { storeHere, storeOnThread, type TraceStore } from './trace-store.ts';
import { diagnosticOf, explain } from './trouble-diagnostic.ts';

/** A goroutine that a generation only names takes 32 bytes of the next checkpoint. */
const checkpointBytesAnEvent = 128;

export interface IngestProgress {
  readonly readBytes: number;
  readonly generations: number;
  readonly events: number;
  /** Grows by one with every transaction. */
  readonly revision: number;
  readonly elapsedMs: number;
}

export interface IngestOutcome {
  readonly state: 'complete' | 'failed' | 'cancelled';
  readonly failure?: { readonly code: string; readonly sentence: string };
  readonly durationNs: number;
  readonly goroutines: number;
  readonly diagnostics: number;
  readonly events: number;
  readonly generations: number;
  readonly revision: number;
}

export interface IngestOptions {
  readonly source: ByteSource;
  readonly databasePath: string;
  /** Absent for a stream, whose length shows only at its end. */
  readonly sizeBytes?: number;
  /** What messages call the input. */
  readonly name?: string;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Those that order generations; by default as many as there are processors to spare. */
  readonly threads?: Threads;
  /** Whether the database is written on a thread of its own; by default where the trace is large. */
  readonly storeAside?: boolean;
  /** Ends the ingest as `cancelled` within milliseconds. */
  readonly stop?: StopFlag;
  /** Asked when nothing more is read: what kept the source from giving more. A failure is the ingest's. */
  readonly ending?: () => Promise<{ readonly trouble?: Diagnostic }>;
}

/**
 * Fails with `not-a-trace` and the like, `cache-…` or `cancelled`; a damaged trace ends as `complete` with diagnostics, or `failed`
 * if it holds nothing. What is in the database counts only if this resolves.
 */
export async function ingest(options: IngestOptions): Promise<IngestOutcome> {
  const { databasePath, sizeBytes = 0, storeAside = sizeBytes >= largeBytes } = options;
  let store: TraceStore | undefined;
  try {
    store = storeAside ? storeOnThread(databasePath) : storeHere(databasePath);
    return await new Ingest(options, store).run();
  } catch (error) {
    throw storageFailure(error, databasePath) ?? error;
  } finally {
    await store?.close();
  }
}

/** Below, starting another thread takes longer than it saves. */
const largeBytes = 8 << 20;

class Ingest {
  readonly #options: IngestOptions;
  readonly #core = new Core();
  readonly #store: TraceStore;
  readonly #writer: TraceStore['writer'];
  readonly #rows: RowStore;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #startedAt = performance.now();
  #formatMinor = 0;
  #place: GenerationPlace | undefined;
  #generationStart = { ns: 0, events: 0 };
  /** The last one: events before it, and its length. */
  #checkpoint = { events: 0, bytes: 0 };
  /** At the last transaction: events, and rows that the next one replaces. */
  #stored = { events: 0, provisional: 0 };
  #generations = 0;
  #revision = 0;
  /** The revision that whoever looks can see. */
  #visible = 0;
  #events = 0;
  #syncs = 0;
  #readBytes = 0;

  constructor(options: IngestOptions, store: TraceStore) {
    this.#options = options;
    this.#store = store;
    this.#writer = store.writer;
    this.#rows = new RowStore(this.#core, store.writer, options.stop);
  }

  async run(): Promise<IngestOutcome> {
    const { name, threads, stop } = this.#options;
    const onPause = (): void => throwIfStopped(stop);
    for await (const part of orderedTrace(this.#counted(), this.#core, { name, threads, onPause })) {
      this.#take(part);
      if (this.#store.isBehind) await this.#store.settled();
    }
    const { trouble } = (await this.#options.ending?.()) ?? {};
    if (trouble) explain(this.#diagnostics, trouble);
    this.#storeGeneration(true);
    this.#writer.finish();
    await this.#store.settled();
    return this.#outcome();
  }

  /** The source, reporting how far it has been read. */
  #counted(): ByteSource {
    return {
      readInto: async (target) => {
        throwIfStopped(this.#options.stop);
        const count = await this.#options.source.readInto(target);
        this.#readBytes += count;
        this.#report();
        return count;
      },
    };
  }

  #take(part: TracePart): void {
    throwIfStopped(this.#options.stop);
    switch (part.kind) {
      case 'version':
        this.#formatMinor = part.version.minor;
        this.#writer.begin();
        this.#storeFacts(false);
        this.#writer.commit();
        this.#writer.begin();
        break;
      case 'generation start':
        // Only now is it certain that the one before is not the last.
        if (this.#place) {
          this.#endGeneration(this.#place);
          this.#storeCheckpoint();
        }
        this.#place = part.place;
        break;
      case 'events':
        this.#events += this.#core.records.count;
        if (this.#core.records.count === 1 && this.#core.records.isSync(0)) this.#syncs++;
        this.#rows.accumulate(this.#generations);
        break;
      case 'generation end':
        break;
      case 'trouble':
        this.#diagnostics.push(diagnosticOf(part, this.#options.sizeBytes));
        break;
    }
  }

  /**
   * Each generation of a Go program names every goroutine that is alive. One that says nothing of most of them is damaged or
   * made to be slow, and is stored with the next.
   */
  #endGeneration(place: GenerationPlace): void {
    if (this.#events - this.#stored.events >= this.#stored.provisional / 4) this.#storeGeneration(false);
    else this.#storePlace(place, this.#rows.summaries.lastNs);
  }

  /**
   * A checkpoint is as long as what is alive. Where generations say little beside that, as those of no Go program do, not each has one, so that
   * together they are never longer than the trace deserves.
   */
  #storeCheckpoint(): void {
    const { events, bytes } = this.#checkpoint;
    if (this.#events - events < bytes / checkpointBytesAnEvent) return;
    const checkpoint = checkpointOf(this.#core);
    this.#writer.checkpoint(this.#generations, checkpoint);
    this.#checkpoint = { events: this.#events, bytes: checkpoint.length };
  }

  #storeGeneration(isLast: boolean): void {
    const { summaries } = this.#rows;
    if (isLast && this.#events === this.#syncs && this.#diagnostics.length === 0)
      this.#diagnostics.push(noEvents);
    const provisional = this.#rows.storeGeneration(this.#generations, isLast);
    this.#stored = { events: this.#events, provisional };
    if (this.#place) this.#storePlace(this.#place, summaries.lastNs);
    this.#revision++;
    if (isLast) for (const diagnostic of this.#diagnostics) this.#writer.diagnostic(diagnostic);
    this.#storeFacts(isLast);
    this.#writer.commit();
    void this.#tell(this.#revision);
    if (!isLast) this.#writer.begin();
  }

  /** Tells of a revision once it can be asked for. */
  async #tell(revision: number): Promise<void> {
    // What fails here fails wherever the next is stored.
    await this.#store.settled().catch(() => undefined);
    this.#visible = Math.max(this.#visible, revision);
    this.#report();
  }

  #storePlace(place: GenerationPlace, untilNs: number): void {
    this.#writer.generation({
      ordinal: this.#generations,
      generation: Number(place.number),
      startNs: this.#generationStart.ns,
      untilNs,
      startByte: place.startByte,
      untilByte: place.untilByte,
      events: this.#events - this.#generationStart.events,
    });
    this.#generations++;
    this.#generationStart = { ns: untilNs, events: this.#events };
  }

  #storeFacts(complete: boolean): void {
    const { summaries } = this.#rows;
    this.#writer.trace({
      formatMinor: this.#formatMinor,
      originNs: summaries.originNs,
      durationNs: summaries.lastNs,
      events: this.#events,
      goroutines: summaries.goroutinesSeen,
      processors: this.#core.processorCount,
      threads: this.#core.threadCount,
      generations: this.#generations,
      eventsByKind: this.#eventsByKind(),
      revision: this.#revision,
      complete,
    });
  }

  #eventsByKind(): Record<string, number> {
    const kinds: Record<string, number> = {};
    for (const [type, count] of this.#core.eventCounts().entries()) {
      const kind = wireEventByType[type]?.kind;
      if (kind && count > 0) kinds[kind] = (kinds[kind] ?? 0) + count;
    }
    return kinds;
  }

  #report(): void {
    this.#options.onProgress?.({
      readBytes: this.#readBytes,
      generations: this.#generations,
      events: this.#events,
      revision: this.#visible,
      elapsedMs: performance.now() - this.#startedAt,
    });
  }

  #outcome(): IngestOutcome {
    const [first] = this.#diagnostics;
    const isEmpty = first?.severity === 'error' && this.#events === this.#syncs;
    return {
      state: isEmpty ? 'failed' : 'complete',
      ...(isEmpty ? { failure: { code: 'nothing-readable', sentence: nothingReadable(first) } } : {}),
      durationNs: this.#rows.summaries.lastNs,
      goroutines: this.#rows.summaries.goroutinesSeen,
      diagnostics: this.#diagnostics.length,
      events: this.#events,
      generations: this.#generations,
      revision: this.#revision,
    };
  }
}

const noEvents: Diagnostic = {
  severity: 'warning',
  code: 'no-events',
  sentence: 'The trace ends without a single event; was the program stopped right after it began to record?',
  atByte: bytes(headerLength),
  lostBytes: bytes(0),
};

const nothingReadable = (diagnostic: Diagnostic): string =>
  `Nothing of this trace could be read: ${diagnostic.sentence.slice(0, 1).toLowerCase()}${diagnostic.sentence.slice(1)}`;

/** For whoever asks why an ingest ended: `failed` as the failure that it is. */
export function failureOf(outcome: IngestOutcome): Failure | undefined {
  return outcome.failure && new Failure('nothing-readable', outcome.failure.sentence);
}
