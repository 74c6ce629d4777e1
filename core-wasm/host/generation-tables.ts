import { traceNameBit } from './event-records.ts';
import type { CoreExports } from './exports.ts';

export interface TableFrame {
  readonly pc: bigint;
  readonly functionName: Uint8Array;
  readonly fileName: Uint8Array;
  readonly line: bigint;
}

/** Strings and stacks of the current generation, by their numbers in event records. Texts are bytes: they need not be UTF-8. */
export class GenerationTables {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: CoreExports;
  #words = new Uint32Array();
  #longs = new BigUint64Array();
  #bytes = new Uint8Array();

  constructor(memory: WebAssembly.Memory, exports: CoreExports) {
    this.#memory = memory;
    this.#exports = exports;
  }

  #refresh(): void {
    const { buffer } = this.#memory;
    if (this.#words.buffer === buffer) return;
    this.#words = new Uint32Array(buffer);
    this.#longs = new BigUint64Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /** The bytes of a string; a number with `traceNameBit` is one of the trace's names. Copied: they stay valid. */
  text(number: number): Uint8Array {
    this.#refresh();
    const ofTrace = number >= traceNameBit;
    const index = ofTrace ? number - traceNameBit : number;
    const entries = ofTrace ? this.#exports.nameEntries() : this.#exports.stringEntries();
    const word = (entries >>> 2) + index * 4;
    const address = this.#words[word]!;
    return this.#bytes.slice(address, address + this.#words[word + 1]!);
  }

  /** Leaf first. */
  frames(stack: number): readonly TableFrame[] {
    this.#refresh();
    const word = (this.#exports.stackTableEntries() >>> 2) + stack * 4;
    const first = this.#words[word]! >>> 2;
    return Array.from({ length: this.#words[word + 1]! }, (_, i) => this.#frame(this.#words[first + i]!));
  }

  #frame(pc: number): TableFrame {
    const address = (this.#exports.pcEntries() >>> 0) + pc * 48;
    const long = address / 8;
    return {
      pc: this.#longs[long]!,
      functionName: this.text(this.#words[address / 4 + 8]!),
      fileName: this.text(this.#words[address / 4 + 9]!),
      line: this.#longs[long + 3]!,
    };
  }
}
