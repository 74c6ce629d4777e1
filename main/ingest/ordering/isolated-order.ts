/** Orders one generation by itself, whoever takes the result (order-generation.ts fits it in). */
import type { Core } from '#core-wasm/host/core.ts';
import { deliveredBytes, isolate, modelWords } from '#core-wasm/host/isolated-order.ts';
import { readGeneration, type SharedGeneration } from './recorded-generation.ts';

/** What becomes known of it, in this order; the last is `finished`, with the model it ended with, or `broken`. */
export type OrderStep =
  | { readonly kind: 'started'; readonly hasEvents: boolean }
  /** Whole records (core-wasm/assembly/event-record.ts). Valid until the next step. */
  | { readonly kind: 'records'; readonly records: Uint8Array }
  | { readonly kind: 'finished'; readonly model: BigUint64Array<ArrayBuffer> }
  | { readonly kind: 'broken' };

/** A generation that is ordered by itself, somewhere. */
export interface IsolatedOrder {
  next(): Promise<OrderStep>;
  /** Nobody wants the rest. */
  abandon(): void;
}

/** Whoever orders generations. They are to be taken in the order in which they are given. */
export interface Orderer {
  order(generation: SharedGeneration): IsolatedOrder;
  close(): Promise<void>;
}

/** Stops short at the first fault: what is wrong shows where the generation is ordered again. */
export function* orderSteps(core: Core, generation: SharedGeneration): Generator<OrderStep, void> {
  isolate(core);
  readGeneration(core, generation, 'all');
  if (core.beginDelivery(generation.number)) {
    yield { kind: 'broken' };
    return;
  }
  yield { kind: 'started', hasEvents: core.hasEvents };
  for (;;) {
    const delivery = core.deliver();
    const records = deliveredBytes(core);
    if (records.length > 0) yield { kind: 'records', records };
    if (delivery === 'more') continue;
    if (delivery === 'finished') yield { kind: 'finished', model: modelWords(core) };
    else yield { kind: 'broken' };
    return;
  }
}

/** Orders on the calling thread when asked: for tests, which need neither threads nor their order of events. */
export function orderHere(core: Core): Orderer {
  return {
    order: (generation) => {
      let steps: Generator<OrderStep, void> | undefined;
      return {
        next: () => {
          steps ??= orderSteps(core, generation);
          return Promise.resolve(steps.next().value ?? { kind: 'broken' });
        },
        abandon: () => undefined,
      };
    },
    close: () => Promise.resolve(),
  };
}
