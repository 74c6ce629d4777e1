/** The events of one generation in order: fitted in where another thread has ordered it by itself, else ordered here. */
import { setImmediate } from 'node:timers/promises';
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import type { Fault } from '#core-wasm/host/faults.ts';
import { Verification } from '#core-wasm/host/isolated-order.ts';
import type { IsolatedOrder } from './isolated-order.ts';
import { readGeneration, type SharedGeneration } from './recorded-generation.ts';

export interface GenerationPlace {
  readonly number: bigint;
  readonly startByte: number;
  readonly untilByte: number;
}

export type GenerationPart =
  | { readonly kind: 'generation start'; readonly place: GenerationPlace }
  /** `core.records` hold events. A Sync event comes alone; at a generation's start it may have a clock snapshot. */
  | { readonly kind: 'events'; readonly snapshot?: ClockSnapshot }
  | { readonly kind: 'generation end'; readonly place: GenerationPlace };

/** After so many deliveries whatever else waits on this thread has its turn. */
const turn = 16;

/** Delivers a generation. With a fault, the events before it were delivered, and there is no end. */
export async function* orderGeneration(
  core: Core,
  place: GenerationPlace,
  recorded: SharedGeneration,
  order: IsolatedOrder | undefined,
): AsyncGenerator<GenerationPart, Fault | undefined> {
  yield { kind: 'generation start', place };
  const outcome = order ? yield* fittedIn(core, recorded, order) : 'nothing';
  const fault = outcome === 'everything' ? undefined : yield* orderedHere(core, recorded, outcome);
  if (fault) return fault;
  yield { kind: 'generation end', place };
  return undefined;
}

/** What was delivered: everything, nothing (not even the Sync), or the Sync and so many events. */
type Delivered = 'everything' | 'nothing' | number;

async function* fittedIn(
  core: Core,
  recorded: SharedGeneration,
  order: IsolatedOrder,
): AsyncGenerator<GenerationPart, Delivered> {
  const first = await order.next();
  if (first.kind !== 'started') return 'nothing';
  readGeneration(core, recorded, 'tables');
  const verification = new Verification(core);
  if (!verification.begin(recorded.number, first.hasEvents)) {
    order.abandon();
    return 'nothing';
  }
  yield* sync(core);
  for (let turns = 1; ; turns++) {
    const step = await order.next();
    if (step.kind === 'finished') {
      verification.finish(step.model);
      return 'everything';
    }
    if (step.kind !== 'records') return verification.passed;
    const allPassed = verification.verify(step.records);
    yield { kind: 'events' };
    if (!allPassed) {
      order.abandon();
      return verification.passed;
    }
    if (turns % turn === 0) await setImmediate();
  }
}

async function* orderedHere(
  core: Core,
  recorded: SharedGeneration,
  delivered: Delivered,
): AsyncGenerator<GenerationPart, Fault | undefined> {
  readGeneration(core, recorded, 'all');
  const undecodable = core.beginDelivery(recorded.number);
  if (undecodable) return undecodable;
  if (typeof delivered === 'number') core.resumeBehind(delivered);
  else yield* sync(core);
  for (let turns = 1; ; turns++) {
    const delivery = core.deliver();
    const fault = delivery === 'broken' ? core.fault : undefined;
    yield { kind: 'events' };
    if (fault) return fault;
    if (delivery === 'finished') return undefined;
    if (turns % turn === 0) await setImmediate();
  }
}

function* sync(core: Core): Generator<GenerationPart> {
  core.deliverSync('generation start');
  const snapshot = core.clockSnapshot;
  yield { kind: 'events', ...(snapshot ? { snapshot } : {}) };
}
