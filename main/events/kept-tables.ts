/** Strings and stacks of a generation that outlive it in the core. */
import type { Core } from '#core-wasm/host/core.ts';
import { traceNameBit } from '#core-wasm/host/event-records.ts';
import type { TableFrame } from '#core-wasm/host/generation-tables.ts';
import type { EventFields, EventTables } from '#main/exporters/event-source.ts';

const nothing = new Uint8Array();

/** All of them. */
export class GenerationCopy implements EventTables {
  readonly #core: Core;
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #stackEnds: Uint32Array;
  readonly #stackPcs: Uint32Array;
  readonly #pcs: Uint8Array;

  /** To be made while the core holds the generation; it keeps the names of the trace. */
  constructor(core: Core) {
    this.#core = core;
    const { exports, memory } = core;
    const words = new Uint32Array(memory.buffer);
    const strings = runs(words, exports.stringEntries() >>> 0, exports.stringCount());
    this.#ends = strings.ends;
    this.#bytes = gathered(new Uint8Array(memory.buffer), strings, 1);
    const stacks = runs(words, exports.stackTableEntries() >>> 0, exports.stackTableCount());
    this.#stackEnds = stacks.ends;
    this.#stackPcs = new Uint32Array(gathered(new Uint8Array(memory.buffer), stacks, 4).buffer);
    const pcs = exports.pcEntries() >>> 0;
    this.#pcs = new Uint8Array(memory.buffer, pcs, exports.pcCount() * pcBytes).slice();
  }

  get bytes(): number {
    const parts = [this.#ends, this.#bytes, this.#stackEnds, this.#stackPcs, this.#pcs];
    return parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  text(number: number): Uint8Array {
    if (number >= traceNameBit) return this.#core.tables.text(number);
    if (number >= this.#ends.length) return nothing;
    return this.#bytes.subarray(number === 0 ? 0 : this.#ends[number - 1], this.#ends[number]);
  }

  frames(stack: number): readonly TableFrame[] {
    const from = stack === 0 ? 0 : this.#stackEnds[stack - 1]!;
    return Array.from(this.#stackPcs.subarray(from, this.#stackEnds[stack]), (pc) => this.#frame(pc));
  }

  #frame(number: number): TableFrame {
    const pc = new DataView(this.#pcs.buffer, number * pcBytes, pcBytes);
    return {
      pc: pc.getBigUint64(0, true),
      line: pc.getBigUint64(24, true),
      functionName: this.text(pc.getUint32(32, true)),
      fileName: this.text(pc.getUint32(36, true)),
    };
  }
}

const pcBytes = 48;
const entryWords = 4;

/** Where each entry's elements lie, and where they end once they lie behind each other. */
interface Runs {
  readonly addresses: Uint32Array;
  readonly ends: Uint32Array;
}

function runs(words: Uint32Array, entries: number, count: number): Runs {
  const addresses = new Uint32Array(count);
  const ends = new Uint32Array(count);
  let end = 0;
  for (let i = 0, word = entries / 4; i < count; i++, word += entryWords) {
    addresses[i] = words[word]!;
    end += words[word + 1]!;
    ends[i] = end;
  }
  return { addresses, ends };
}

function gathered(
  memory: Uint8Array,
  { addresses, ends }: Runs,
  elementBytes: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((ends.at(-1) ?? 0) * elementBytes);
  let from = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i]! * elementBytes;
    const address = addresses[i]!;
    bytes.set(memory.subarray(address, address + end - from), from);
    from = end;
  }
  return bytes;
}

/** Those of a few events. */
export class NamedTables implements EventTables {
  readonly #texts = new Map<number, Uint8Array>();
  readonly #stacks = new Map<number, readonly TableFrame[]>();

  constructor(events: EventFields, tables: EventTables) {
    for (let i = 0; i < events.count; i++) {
      for (const number of [events.text(i), events.otherText(i)])
        if (number !== 0 && !this.#texts.has(number)) this.#texts.set(number, tables.text(number));
      for (const stack of [events.stack(i), events.otherStack(i)])
        if (stack !== 0 && !this.#stacks.has(stack)) this.#stacks.set(stack, tables.frames(stack));
    }
  }

  text(number: number): Uint8Array {
    return this.#texts.get(number) ?? nothing;
  }

  frames(stack: number): readonly TableFrame[] {
    return this.#stacks.get(stack) ?? [];
  }
}
