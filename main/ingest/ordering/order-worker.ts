/** A thread that orders generations, each by itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { Core } from '#core-wasm/host/core.ts';
import { orderSteps } from './isolated-order.ts';
import { RingWriter, type RingMemory } from './order-ring.ts';
import type { SharedGeneration } from './recorded-generation.ts';

/** `wake`: something stands in the ring. */
export type OrderMessage = 'wake' | BigUint64Array<ArrayBuffer>;

const port = parentPort!;
const ring = new RingWriter(workerData as RingMemory, () => port.postMessage('wake' satisfies OrderMessage));
const core = new Core();

port.on('message', (generation: SharedGeneration) => {
  for (const step of orderSteps(core, generation)) {
    // The model is too large for the ring; it is there before the word of it.
    if (step.kind === 'finished') port.postMessage(step.model satisfies OrderMessage, [step.model.buffer]);
    ring.write(step);
  }
});
