/** What a core carries from one generation to the next (core-wasm/assembly/ordering/checkpoint.ts). */
import type { Core } from './core.ts';

/** Between two generations: what the next one is ordered with. Valid until the core is called again. */
export function checkpointOf(core: Core): Uint8Array {
  const words = core.run((exports) => exports.writeCheckpoint());
  const start = core.exports.checkpointStart() >>> 0;
  return new Uint8Array(core.memory.buffer, start, words * 8);
}

/**
 * Has the core go on behind the generations that the checkpoint was taken after; without one, from the beginning of a trace. Fails
 * where it is no checkpoint.
 */
export function resumeFrom(core: Core, checkpoint: Uint8Array = new Uint8Array()): void {
  const { length } = checkpoint;
  const isTaken = core.run((exports) => {
    const address = exports.allocate(length + 8) >>> 0;
    new Uint8Array(core.memory.buffer, address, length).set(checkpoint);
    const taken = exports.resumeFrom(address, length / 8);
    exports.release(address, length + 8);
    return taken !== 0;
  });
  if (!isTaken) throw new Error('a stored checkpoint of the ordering is damaged');
}
