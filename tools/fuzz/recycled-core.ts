import { Core, newMemory } from '#core-wasm/host/core.ts';
import { coreModule } from '#core-wasm/host/module.ts';

/** Larger than anything that a small trace makes the core allocate, so it comes from behind all that has been used. */
const beyond = 4 << 20;
const mostBytes = 32 << 20;

let memory = newMemory();

/** Hands a new core to `use`, in the memory of the one before: a memory of its own for each would be most of the work. */
export async function withCore<T>(use: (core: Core) => Promise<T>): Promise<T> {
  const core = new Core(coreModule(), memory);
  try {
    return await use(core);
  } finally {
    clean(core);
  }
}

function clean(core: Core): void {
  try {
    const used = core.exports.allocate(beyond) >>> 0;
    if (memory.buffer.byteLength > mostBytes) memory = newMemory();
    else new Uint8Array(memory.buffer, 0, used).fill(0);
  } catch {
    // It is exhausted.
    memory = newMemory();
  }
}
