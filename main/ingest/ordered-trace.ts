/**
 * Reads a trace from its first byte to its last and delivers its events in order, a few thousand at a time. The events lie
 * in the core's record buffer: whoever iterates uses them before asking for more.
 */
import { availableParallelism } from 'node:os';
import type { Core } from '#core-wasm/host/core.ts';
import type { Fault } from '#core-wasm/host/faults.ts';
import { headerLength, versionOf, type TraceVersion } from '#common/trace-format/releases.ts';
import { V1Trace } from '#core-wasm/host/v1-trace.ts';
import { BatchReader } from '#main/trace-file/batch-reader.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';
import type { Trouble } from '#main/trace-file/generation-reader.ts';
import { recognizeInput } from '#main/trace-file/recognize.ts';
import { traceInput, type TraceInput } from '#main/trace-file/trace-input.ts';
import { orderGeneration, type GenerationPart, type GenerationPlace } from './ordering/order-generation.ts';
import { ReadAhead, type Threads } from './ordering/read-ahead.ts';

export type { GenerationPlace } from './ordering/order-generation.ts';

export type TracePart =
  { readonly kind: 'version'; readonly version: TraceVersion } | GenerationPart | TroublePart;

/** The last part: something was lost. Without `isEnd` Go's reader ends with an error here. */
export interface TroublePart {
  readonly kind: 'trouble';
  readonly trouble: Trouble;
  readonly isEnd: boolean;
  /** Of what is compressed, or text: places are those in the trace itself. */
  readonly wrapped?: {
    /** How one gets at the trace: `unpacked`. */
    readonly how: 'unpacked' | 'encoded';
    /** Bytes of the input for each byte of the trace, about. */
    readonly scale: number;
  };
}

/**
 * With threads, the next generations are read and ordered while one is being delivered; what is delivered is the same. The
 * trace may be compressed, or text. Fails with `not-a-trace` and the like, before the first part, where it is none that
 * can be read, and with `bad-text-trace` anywhere in a text.
 */
export async function* orderedTrace(
  source: ByteSource,
  core: Core,
  { name, ...options }: OrderOptions = {},
): AsyncGenerator<TracePart> {
  const input = await traceInput(source, name);
  const version = versionOf(Number((await recognizeInput(input, name)).slice('1.'.length)))!;
  let trouble: TroublePart | undefined;
  for await (const part of plainTrace(input.source, version, core, options)) {
    if (part.kind === 'trouble') trouble = part;
    else yield part;
  }
  const last = await explained(input, trouble);
  if (last) yield last;
}

export interface OrderOptions {
  /** What messages call the input. */
  readonly name?: string | undefined;
  readonly threads?: Threads | undefined;
  /** Called now and then while nothing is delivered for long; what it throws ends the reading. */
  readonly onPause?: (() => void) | undefined;
}

/** Starting threads takes longer than ordering a few megabytes. */
const usualThreads: Threads = {
  most: Math.min(4, availableParallelism() - 1),
  behindBytes: 4 << 20,
};
/** Everything on the calling thread. */
export const noThreads: Threads = { most: 0, behindBytes: 0 };

async function* plainTrace(
  source: ByteSource,
  version: TraceVersion,
  core: Core,
  { threads = usualThreads, onPause }: OrderOptions,
): AsyncGenerator<TracePart> {
  const batches = new BatchReader(source);
  await batches.peek(headerLength);
  batches.skip(headerLength);
  yield { kind: 'version', version };
  if (version.family === 'v1') {
    yield* v1Events(batches, core, version, onPause);
    return;
  }
  const ahead = new ReadAhead(batches, version, threads);
  try {
    for (;;) {
      const { read, recorded, order } = await ahead.next();
      if (read.kind !== 'generation') {
        core.deliverSync('end');
        yield { kind: 'events' };
        if (read.trouble) yield { kind: 'trouble', trouble: read.trouble, isEnd: read.kind === 'end' };
        return;
      }
      const fault = yield* orderGeneration(core, read, recorded, order);
      if (fault) {
        yield { kind: 'trouble', trouble: orderingTrouble(fault, read, read.behind), isEnd: false };
        return;
      }
      ahead.release(recorded);
    }
  } finally {
    await ahead.close();
  }
}

/** Behind trouble, how much is read on to find out whether it comes from damaged compressed data. */
const mostReadOn = 64 << 20;

/** Compressed data that are damaged are the cause of whatever else is wrong. */
export async function explained(input: TraceInput, part?: TroublePart): Promise<TroublePart | undefined> {
  const { compression, isText } = input;
  if (compression === undefined && !isText) return part;
  const wrapped = { how: compression === undefined ? 'encoded' : 'unpacked', scale: input.scale() } as const;
  if (part && compression !== undefined) await readOn(input);
  const damage = input.damage();
  if (damage === undefined) return part && { ...part, wrapped };
  const reason = `the ${compression}-compressed data cannot be read to their end: ${damage}`;
  const end = input.traceBytes();
  const { trouble, isEnd } = part ?? {
    trouble: { code: 'file-truncated', reason: '', atByte: end, lostFromByte: end },
    isEnd: false,
  };
  const before = trouble.code === 'file-truncated' ? '' : `, and before that ${trouble.reason}`;
  const explanation = { ...trouble, code: 'compressed-data-damaged', reason: reason + before };
  return { kind: 'trouble', trouble: explanation, isEnd, wrapped };
}

async function readOn({ source }: TraceInput): Promise<void> {
  const scratch = new Uint8Array(1 << 16);
  for (let sum = 0, read = 1; read > 0 && sum < mostReadOn; sum += read)
    read = await source.readInto(scratch);
}

/** A trace of the format before Go 1.22 counts as one generation. */
async function* v1Events(
  bytes: BatchReader,
  core: Core,
  version: TraceVersion,
  onPause?: () => void,
): AsyncGenerator<TracePart> {
  const trace = new V1Trace(core, version.minor);
  for (let some = await bytes.readSome(); some.length > 0; some = await bytes.readSome()) trace.append(some);
  const fault = trace.load(onPause);
  if (fault) {
    yield { kind: 'trouble', trouble: v1Trouble(fault, headerLength), isEnd: false };
    return;
  }
  const place = { number: 1n, startByte: headerLength, untilByte: bytes.offset };
  yield { kind: 'generation start', place };
  if (trace.deliverSync()) yield { kind: 'events' };
  for (;;) {
    const delivery = trace.deliver();
    const unexpected = delivery === 'broken' ? core.fault : undefined;
    yield { kind: 'events' };
    if (unexpected) {
      const trouble = v1Trouble(unexpected, unexpected.atByte ?? headerLength);
      yield { kind: 'trouble', trouble, isEnd: false };
      return;
    }
    if (delivery === 'finished') break;
  }
  yield { kind: 'generation end', place };
  core.deliverSync('end');
  yield { kind: 'events' };
}

const v1Trouble = (fault: Fault, lostFromByte: number): Trouble => ({
  code: fault.name,
  reason: fault.reason,
  atByte: fault.atByte ?? lostFromByte,
  lostFromByte,
});

/**
 * Events of the generation were delivered up to the fault; what is lost begins somewhere inside. Where the file is damaged
 * behind the generation, that is why.
 */
function orderingTrouble(fault: Fault, place: GenerationPlace, behind?: Trouble): Trouble {
  const lostFromByte = fault.atByte ?? place.startByte;
  if (behind)
    return {
      ...behind,
      reason: `${behind.reason}, and an event needs what would have followed: ${fault.reason}`,
      lostFromByte,
    };
  return {
    code: fault.name,
    reason: fault.reason,
    generation: place.number,
    atByte: lostFromByte,
    lostFromByte,
  };
}
