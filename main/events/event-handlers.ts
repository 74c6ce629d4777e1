/** Answers the questions about a trace's events: they are decoded again from its file, a generation at a time. */
import { eventScopeParams, type EventScope } from '#common/analyses/event-scope.ts';
import { Failure } from '#common/errors.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import type { StopFlag } from '#common/stop-flag.ts';
import { headerLength, versionOf } from '#common/trace-format/releases.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { TraceReader } from '#db/reader.ts';
import { GoroutineOrders } from '#main/analyses/goroutine-order.ts';
import { oneAfterTheOther } from '#main/analyses/in-steps.ts';
import type { AnalysisInputs } from '#main/analyses/inputs.ts';
import { KeptGoroutines } from '#main/analyses/kept-goroutines.ts';
import { isMarkWorker } from '#main/analyses/mark-workers.ts';
import { EventCache } from './event-cache.ts';
import { choiceOf } from './event-choice.ts';
import { EventFile, type EventFileOptions } from './event-file.ts';
import { RowReader, type EventPlace } from './event-rows.ts';
import { EventSearch, type EventsOfTrace } from './event-search.ts';
import { placeIn, type TimedGeneration } from './found-reader.ts';
import { GenerationDecoder } from './generation-decoder.ts';
import { neighbourOf } from './neighbour.ts';

export type EventHandlers = Pick<
  Handlers,
  'events.find' | 'events.page' | 'events.place' | 'events.detail' | 'events.neighbour'
>;

export interface EventSourceOptions extends EventFileOptions {
  readonly databasePath: string;
  readonly stop?: StopFlag;
  /** What is kept of decoded generations, and in how many bytes. */
  readonly cacheBytes?: number;
}

/** Throws where the database is not there yet. */
export function createEventHandlers(options: EventSourceOptions): EventHandlers & { close(): Promise<void> } {
  const reader = new TraceReader(options.databasePath);
  const files = [new EventFile(options), new EventFile(options)] as const;
  const events = eventsOf(reader, files, options);
  const searches = new Searches(inputsOf(reader), events);
  return {
    'events.find': orCancelled((params, { signal, report }) => find(searches.of(params), signal, report)),
    'events.page': orCancelled(async (params, { signal }) => {
      const search = searches.of(params);
      await search.begin(signal);
      return search.page(params.offset, params.limit, signal);
    }),
    'events.place': orCancelled(async (params, { signal }) => {
      const search = searches.of(params);
      await search.begin(signal);
      return { offset: await search.countBefore(params.at, signal) };
    }),
    'events.detail': orCancelled(async ({ index }, { signal }) => {
      const place = await placeOf(events, generationsOf(reader), index, signal);
      return new RowReader(events.originNs).detail(place);
    }),
    'events.neighbour': orCancelled((params, { signal }) =>
      neighbourOf(events, generationsOf(reader), params, signal),
    ),
    close: async () => {
      reader.close();
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

function eventsOf(
  reader: TraceReader,
  [shown, scanned]: readonly [EventFile, EventFile],
  { stop, cacheBytes }: EventSourceOptions,
): EventsOfTrace {
  const { formatMinor } = reader.trace();
  const common = {
    version: versionOf(formatMinor)!,
    checkpoint: (ordinal: number) => reader.checkpoint(ordinal),
    generation: (ordinal: number) => generationsOf(reader).find((one) => one.ordinal === ordinal),
    ...(stop ? { stop } : {}),
  };
  let originNs: bigint | undefined;
  return {
    // It is stored with the first generation, before which there are no events.
    get originNs() {
      return (originNs ??= reader.trace().originNs);
    },
    cache: new EventCache(new GenerationDecoder({ ...common, file: shown }), cacheBytes),
    scanner: new GenerationDecoder({ ...common, file: scanned }),
    inTurn: oneAfterTheOther(),
  };
}

function inputsOf(reader: TraceReader): AnalysisInputs {
  const orders = new GoroutineOrders(reader, analysisCore.openTable(reader));
  return {
    reader,
    orders,
    collector: analysisCore.openCollectorWork(reader, isMarkWorker(reader, orders)),
    userScan: analysisCore.openUserScan(reader),
    kept: new KeptGoroutines(reader),
  };
}

/** Of a trace without any, what stands at its end is one. */
function generationsOf(reader: TraceReader): readonly TimedGeneration[] {
  const { complete, events, durationNs } = reader.trace();
  const rows = reader.generations();
  if (rows.length === 0 && complete && events > 0)
    return [
      {
        ordinal: 0,
        startByte: headerLength,
        untilByte: headerLength,
        startNs: 0,
        untilNs: durationNs,
        events,
        eventsBefore: 0,
      },
    ];
  let eventsBefore = 0;
  return rows.map((row) => {
    const generation = { ...row, eventsBefore };
    eventsBefore += row.events;
    return generation;
  });
}

async function find(
  search: EventSearch,
  signal: AbortSignal,
  report: (count: EventSearch['count']) => void,
): Promise<EventSearch['count']> {
  while (!search.isComplete) {
    report(search.count);
    await search.advance(signal);
  }
  return search.count;
}

async function placeOf(
  { cache }: EventsOfTrace,
  generations: readonly TimedGeneration[],
  index: number,
  signal: AbortSignal,
): Promise<EventPlace> {
  const generation = generations.findLast(({ eventsBefore }) => eventsBefore <= index);
  if (!generation || index >= generation.eventsBefore + generation.events)
    throw new Failure('bad-parameters', `This trace has no event ${index}.`);
  const own = index - generation.eventsBefore;
  const segment = await cache.segment(generation, own, signal);
  return placeIn(generation, segment, own - segment.firstIndex, own);
}

const keptSearches = 8;

/** Choices that were asked for last: what was found of them is there when they are asked for again. */
class Searches {
  readonly #inputs: AnalysisInputs;
  readonly #events: EventsOfTrace;
  readonly #searches = new Map<string, EventSearch>();

  constructor(inputs: AnalysisInputs, events: EventsOfTrace) {
    this.#inputs = inputs;
    this.#events = events;
  }

  of(params: EventScope): EventSearch {
    const { reader } = this.#inputs;
    return reader.consistently(() => {
      const key = this.#key(params);
      const search = this.#searches.get(key) ?? new EventSearch(this.#events, choiceOf(this.#inputs, params));
      search.update(generationsOf(reader));
      this.#searches.delete(key);
      this.#searches.set(key, search);
      if (this.#searches.size > keptSearches) this.#searches.delete(this.#searches.keys().next().value!);
      return search;
    });
  }

  /** While the trace is being read, it may become known that more goroutines count. */
  #key(params: EventScope): string {
    const choice = Object.keys(eventScopeParams).map((name) => params[name as keyof EventScope]);
    const { complete, revision } = this.#inputs.reader.trace();
    return JSON.stringify([choice, complete ? 'complete' : revision]);
  }
}

function orCancelled<P, R, Progress>(
  answer: (params: P, context: CallContext<Progress>) => Promise<R>,
): (params: P, context: CallContext<Progress>) => Promise<R> {
  return async (params, context) => {
    try {
      context.signal.throwIfAborted();
      return await answer(params, context);
    } catch (error) {
      if (context.signal.aborted) throw new Failure('cancelled', 'The request was cancelled.');
      throw error;
    }
  };
}
