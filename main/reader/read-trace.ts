/** The package itself: the events of a trace, one after the other, for programs. Explained in docs/reader-api.md. */
import { open, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '#common/diagnostics.ts';
import { Core } from '#core-wasm/host/core.ts';
import { EventFactsReader } from '#main/exporters/event-facts.ts';
import type { TraceEvent } from '#main/exporters/trace-event.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import { diagnosticOf } from '#main/ingest/trouble-diagnostic.ts';
import { fileSource, memorySource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { fileFailure, recognizeFile } from '#main/trace-file/recognize.ts';

export { Failure, type FailureCode, type FailureFacts } from '#common/errors.ts';
export type { Diagnostic } from '#common/diagnostics.ts';
export type { TraceNs } from '#common/units.ts';
export type * from '#main/exporters/trace-event.ts';

/**
 * A file's path or `file:` address, the bytes of a trace, or what yields them: a Node stream, a web stream, an async generator.
 * Compressed traces and traces as text are read as well.
 */
export type TraceSource = string | URL | Uint8Array | AsyncIterable<Uint8Array>;

export interface ReadOptions {
  /** Without stacks reading is faster; samples then have an empty one. Default: with. */
  readonly stacks?: boolean;
  /** Ends the reading: the loop throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The events of a trace in Go's order. A path or bytes can be read more than once, anything else only once. */
export interface TraceEvents extends AsyncIterable<TraceEvent> {
  /** The trace's own clock at its first event, in nanoseconds: what `timeNs` counts from. 0 before that event. */
  readonly originNs: bigint;
  /** The releases of Go that write the file's format: `Go 1.25`. Empty before the first event. */
  readonly goVersions: string;
  /** What of the trace could not be read. Complete when the loop is over. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads nothing yet; the loop does. It throws a `Failure` where there is no trace that can be read. A damaged trace ends where
 * the damage is, and `diagnostics` say so.
 */
export const readTrace = (source: TraceSource, options: ReadOptions = {}): TraceEvents =>
  new EventReading(source, options);

class EventReading implements TraceEvents {
  readonly #source: TraceSource;
  readonly #options: ReadOptions;
  #facts: EventFactsReader | undefined;
  #goVersions = '';
  #diagnostics: readonly Diagnostic[] = [];

  constructor(source: TraceSource, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
  }

  get originNs(): bigint {
    return this.#facts?.originNs ?? 0n;
  }

  get goVersions(): string {
    return this.#goVersions;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TraceEvent, void, undefined> {
    this.#diagnostics = [];
    const input = await openInput(this.#source);
    const core = new Core();
    const facts = new EventFactsReader(core, { stacks: this.#options.stacks ?? true });
    this.#facts = facts;
    try {
      for await (const part of orderedTrace(input.source, core, { name: input.name, threads: noThreads })) {
        this.#options.signal?.throwIfAborted();
        switch (part.kind) {
          case 'version':
            this.#goVersions = part.version.goVersions;
            break;
          case 'generation start':
            facts.enterGeneration();
            break;
          case 'events':
            facts.enterDelivery();
            for (let i = 0; i < core.records.count; i++) yield facts.event(i, part.snapshot);
            break;
          case 'trouble':
            this.#diagnostics = [diagnosticOf(part, input.sizeBytes)];
            break;
          case 'generation end':
            break;
        }
      }
    } finally {
      await input.close();
    }
  }
}

interface Input {
  readonly source: ByteSource;
  readonly name: string;
  readonly sizeBytes?: number;
  close(): Promise<void>;
}

async function openInput(source: TraceSource): Promise<Input> {
  if (source instanceof Uint8Array)
    return {
      source: memorySource(source),
      name: 'The data',
      sizeBytes: source.length,
      close: () => Promise.resolve(),
    };
  if (typeof source === 'string') return openFile(source);
  if (source instanceof URL) return openFile(fileURLToPath(source));
  return openIterable(source);
}

async function openFile(path: string): Promise<Input> {
  const { sizeBytes } = await recognizeFile(path);
  const file: FileHandle = await open(path).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
  return { source: fileSource(file), name: path, sizeBytes, close: () => file.close() };
}

function openIterable(source: AsyncIterable<Uint8Array>): Input {
  const chunks = source[Symbol.asyncIterator]();
  let rest = new Uint8Array();
  let ended = false;
  return {
    name: 'The data',
    source: {
      async readInto(target) {
        while (rest.length === 0 && !ended) {
          const next = await chunks.next();
          if (next.done === true) ended = true;
          else rest = new Uint8Array(next.value);
        }
        const count = Math.min(rest.length, target.length);
        target.set(rest.subarray(0, count));
        rest = rest.subarray(count);
        return count;
      },
    },
    close: async () => {
      if (!ended) await chunks.return?.();
    },
  };
}
