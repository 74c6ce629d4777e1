/**
 * A generation that one core orders by itself, without what came before, and another one fits in behind it
 * (core-wasm/assembly/ordering/claims.ts, verify.ts, handover.ts).
 */
import type { Core } from './core.ts';

export const recordBytes = 80;
/** Records of one delivery at most. */
export const recordCapacity = 4096;

/** From here on the core orders every generation by itself. To be called before each. */
export function isolate(core: Core): void {
  core.run((exports) => exports.isolate());
}

/** The records of the last delivery; valid until the core is called again. */
export function deliveredBytes(core: Core): Uint8Array {
  const { exports, memory } = core;
  return new Uint8Array(memory.buffer, exports.recordsStart() >>> 0, exports.recordCount.value * recordBytes);
}

/** The model that the generation ended with, for `Verification.finish`. A copy. */
export function modelWords(core: Core): BigUint64Array<ArrayBuffer> {
  core.run((exports) => exports.writeModel());
  const { exports, memory } = core;
  return new BigUint64Array(memory.buffer, exports.modelWordsStart() >>> 0, exports.modelWords()).slice();
}

/** Fits one isolated generation in. The core has read the generation's tables. */
export class Verification {
  readonly #core: Core;
  /** Records that have passed so far. */
  passed = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** False: what is known forbids it, and nothing has changed. */
  begin(generation: bigint, hasEvents: boolean): boolean {
    return this.#core.run((exports) => exports.beginVerification(generation, hasEvents ? 1 : 0)) !== 0;
  }

  /** Leaves those of the records in the core's buffer that pass, with their final times. Whether all did. */
  verify(records: Uint8Array): boolean {
    const count = records.length / recordBytes;
    const { exports, memory } = this.#core;
    new Uint8Array(memory.buffer, exports.recordsStart() >>> 0, records.length).set(records);
    const passed = this.#core.run((core) => core.verify(count));
    this.#core.records.refresh();
    this.passed += passed;
    return passed === count;
  }

  /** All have passed: the core goes on from the model that the generation ended with. */
  finish(words: BigUint64Array): void {
    this.#core.run((core) => {
      const address = core.allocate(words.byteLength) >>> 0;
      new BigUint64Array(this.#core.memory.buffer, address, words.length).set(words);
      core.takeModel(address);
      core.release(address, words.byteLength);
    });
  }
}
