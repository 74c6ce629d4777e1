import type { Core } from './core.ts';

/** The names, wait reasons, frames and stacks of the whole trace, by their numbers. They only ever grow. */
export class TraceNames {
  readonly #core: Core;
  readonly #decoder = new TextDecoder();

  constructor(core: Core) {
    this.#core = core;
  }

  get nameCount(): number {
    return this.#core.exports.nameCount();
  }

  /** Bytes that are not UTF-8 are replaced. */
  name(ix: number): string {
    const entry = this.#words(this.#core.exports.nameEntries(), ix, 4);
    return this.#decoder.decode(new Uint8Array(this.#core.memory.buffer, entry[0], entry[1]));
  }

  get reasonCount(): number {
    return this.#core.exports.reasonCount();
  }

  /** The number of the reason's name. */
  reason(ix: number): number {
    return this.#core.exports.reasonName(ix);
  }

  get frameCount(): number {
    return this.#core.exports.frameCount();
  }

  frame(ix: number): { pc: number; functionIx: number; fileIx: number; line: number } {
    const [low, high, functionIx, fileIx, line] = this.#words(this.#core.exports.frameEntries(), ix, 6);
    return { pc: high! * 0x100000000 + low!, functionIx: functionIx!, fileIx: fileIx!, line: line! };
  }

  get stackCount(): number {
    return this.#core.exports.stackCount();
  }

  /** The numbers of its frames, 32 bits each, leaf first. A copy. */
  stack(ix: number): Uint8Array {
    const entry = this.#words(this.#core.exports.stackEntries(), ix, 4);
    return new Uint8Array(this.#core.memory.buffer, entry[0], entry[1]! * 4).slice();
  }

  #words(entries: number, ix: number, count: number): Uint32Array {
    return new Uint32Array(this.#core.memory.buffer, (entries >>> 0) + ix * count * 4, count);
  }
}
