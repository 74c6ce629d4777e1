/**
 * Calls on their way to another thread. All typed arrays among their arguments are copied into one block of bytes, which is
 * handed over as it is; in their place stands where they lie. They may have been views of the core's memory.
 */
const blockBytes = 1 << 20;
const mostCalls = 512;

export type Call = readonly [name: string, args: readonly unknown[]];

export interface SentBatch {
  readonly calls: readonly Call[];
  readonly block: ArrayBuffer;
}

const arrayTypes = { Uint8Array, Float64Array, BigInt64Array } as const;
type TypeName = keyof typeof arrayTypes;
type Packable = InstanceType<(typeof arrayTypes)[TypeName]>;

/** A typed array in the block. */
class Place {
  readonly at: number;
  readonly length: number;
  readonly type: TypeName;

  constructor(at: number, length: number, type: TypeName) {
    this.at = at;
    this.length = length;
    this.type = type;
  }
}
const placeKeys = 3;

const isPackable = (arg: unknown): arg is Packable => ArrayBuffer.isView(arg);
const padded = (length: number): number => (length + 7) & ~7;

export class CallBatch {
  #calls: Call[] = [];
  #block = new Uint8Array(blockBytes);
  #used = 0;
  readonly #spare: ArrayBuffer[] = [];

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  get isFull(): boolean {
    return this.#calls.length >= mostCalls || this.#used >= this.#block.length / 2;
  }

  /** In rows, each taken for half a kilobyte. */
  get weight(): number {
    return this.#calls.length + this.#used / 512;
  }

  get count(): number {
    return this.#calls.length;
  }

  add(name: string, args: readonly unknown[]): void {
    this.#calls.push([name, args.map((arg) => this.#pack(arg))]);
  }

  /** The batch, to be sent with its block handed over; it is empty then. */
  take(): SentBatch {
    const sent = { calls: this.#calls, block: this.#block.buffer };
    this.#calls = [];
    this.#block = new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(blockBytes));
    this.#used = 0;
    return sent;
  }

  /** A block that came back. */
  reuse(block: ArrayBuffer): void {
    if (block.byteLength === blockBytes) this.#spare.push(block);
  }

  #pack(arg: unknown): unknown {
    if (isPackable(arg)) return this.#place(arg);
    if (Array.isArray(arg)) return arg.map((element: unknown) => this.#pack(element));
    if (typeof arg !== 'object' || arg === null) return arg;
    return Object.fromEntries(Object.entries(arg).map(([key, value]) => [key, this.#pack(value)]));
  }

  #place(array: Packable): Place {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const at = this.#used;
    this.#makeRoom(at + bytes.length);
    this.#block.set(bytes, at);
    this.#used = padded(at + bytes.length);
    return new Place(at, array.length, array.constructor.name as TypeName);
  }

  #makeRoom(length: number): void {
    if (length <= this.#block.length) return;
    const block = new Uint8Array(Math.max(padded(length), this.#block.length * 2));
    block.set(this.#block.subarray(0, this.#used));
    this.#block = block;
  }
}

/** The calls of a batch as they were made. */
export function* callsIn({ calls, block }: SentBatch): Generator<Call> {
  for (const [name, args] of calls) yield [name, args.map((arg) => unpack(arg, block))];
}

function unpack(arg: unknown, block: ArrayBuffer): unknown {
  if (Array.isArray(arg)) return arg.map((element: unknown) => unpack(element, block));
  if (typeof arg !== 'object' || arg === null) return arg;
  const entries = Object.entries(arg);
  if (isPlace(arg, entries.length)) return new arrayTypes[arg.type](block, arg.at, arg.length);
  return Object.fromEntries(entries.map(([key, value]) => [key, unpack(value, block)]));
}

/** Its class does not survive the way. */
const isPlace = (arg: object, keys: number): arg is Place =>
  keys === placeKeys && 'at' in arg && 'type' in arg && arg.type !== undefined;
