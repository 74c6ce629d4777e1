/**
 * Reads a trace from its first byte to its last and delivers its events in order, a few thousand at a time. The events lie
 * in the core's record buffer: whoever iterates uses them before asking for more.
 */
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import type { Fault } from '#core-wasm/host/faults.ts';
import { headerLength, versionOf, type TraceVersion } from '#common/trace-format/releases.ts';
import { V1Trace } from '#core-wasm/host/v1-trace.ts';
import { BatchReader } from '#main/trace-file/batch-reader.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';
import { GenerationReader, type Trouble } from '#main/trace-file/generation-reader.ts';
import { recognizeHead } from '#main/trace-file/recognize.ts';

export interface GenerationPlace {
  readonly number: bigint;
  readonly startByte: number;
  readonly untilByte: number;
}

export type TracePart =
  | { readonly kind: 'version'; readonly version: TraceVersion }
  | { readonly kind: 'generation start'; readonly place: GenerationPlace }
  /** `core.records` hold events. A Sync event comes alone; at a generation's start it may have a clock snapshot. */
  | { readonly kind: 'events'; readonly snapshot?: ClockSnapshot }
  | { readonly kind: 'generation end'; readonly place: GenerationPlace }
  /** The last part: something was lost. Without `isEnd` Go's reader ends with an error here. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly isEnd: boolean };

/** Bytes looked at to say what a file is that is no trace. */
const headBytes = 4096;

/**
 * Fails with `not-a-trace` and the like, before the first part, where the header is not one of a trace that can be read.
 * `name` is what messages call the input.
 */
export async function* orderedTrace(
  source: ByteSource,
  core: Core,
  name?: string,
): AsyncGenerator<TracePart> {
  const batches = new BatchReader(source);
  const version = versionOf(Number(recognizeHead(await batches.peek(headBytes), name).slice('1.'.length)))!;
  batches.skip(headerLength);
  yield { kind: 'version', version };
  if (version.family === 'v1') {
    yield* v1Events(batches, core, version);
    return;
  }
  const generations = new GenerationReader(batches, version, core);
  for (;;) {
    const read = await generations.next();
    if (read.kind !== 'generation') {
      core.deliverSync('end');
      yield { kind: 'events' };
      if (read.trouble) yield { kind: 'trouble', trouble: read.trouble, isEnd: read.kind === 'end' };
      return;
    }
    const trouble = yield* generationEvents(core, read, read.behind);
    if (trouble) {
      yield { kind: 'trouble', trouble, isEnd: false };
      return;
    }
  }
}

/** A trace of the format before Go 1.22 counts as one generation. */
async function* v1Events(bytes: BatchReader, core: Core, version: TraceVersion): AsyncGenerator<TracePart> {
  const trace = new V1Trace(core, version.minor);
  for (let some = await bytes.readSome(); some.length > 0; some = await bytes.readSome()) trace.append(some);
  const fault = trace.load();
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

function* generationEvents(
  core: Core,
  place: GenerationPlace,
  behind?: Trouble,
): Generator<TracePart, Trouble | undefined> {
  yield { kind: 'generation start', place };
  const undecodable = core.beginDelivery(place.number);
  if (undecodable) return orderingTrouble(undecodable, place, behind);
  core.deliverSync('generation start');
  const snapshot = core.clockSnapshot;
  yield { kind: 'events', ...(snapshot ? { snapshot } : {}) };
  for (;;) {
    const delivery = core.deliver();
    const fault = delivery === 'broken' ? core.fault : undefined;
    yield { kind: 'events' };
    if (fault) return orderingTrouble(fault, place, behind);
    if (delivery === 'finished') break;
  }
  yield { kind: 'generation end', place };
  return undefined;
}

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
