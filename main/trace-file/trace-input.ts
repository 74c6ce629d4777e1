/** Whatever a trace comes wrapped in: what is read from here on are the bytes of the trace itself. */
import type { ByteSource } from './byte-source.ts';
import { compressionOf, DecompressedSource, type Compression } from './decompressed-source.ts';
import { PeekedSource } from './peeked-source.ts';
import { isTextTrace, TextTraceSource } from './text-trace.ts';

export interface TraceInput {
  /** The bytes of the trace itself. */
  readonly source: PeekedSource;
  readonly compression: Compression | undefined;
  readonly isText: boolean;
  /** Once the source has ended: what is wrong with the compressed data, as a clause. */
  readonly damage: () => string | undefined;
  /** How many bytes of the input make a byte of the trace, as far as it was read. 1 where nothing is wrapped. */
  readonly scale: () => number;
  /** How much of the trace was read. */
  readonly traceBytes: () => number;
}

/** What must be looked at to tell. */
const headBytes = 64;

/** Takes gzip, zstd and text off; `name` is what sentences call the input. */
export async function traceInput(source: ByteSource, name?: string): Promise<TraceInput> {
  const given = new CountedSource(source);
  const outer = new PeekedSource(given);
  const compression = compressionOf(await outer.peek(headBytes));
  const unpacked = compression && new DecompressedSource(outer, compression);
  const inner = unpacked ? new PeekedSource(unpacked) : outer;
  const isText = isTextTrace(await inner.peek(headBytes));
  const trace = new CountedSource(isText ? new TextTraceSource(inner, name) : inner);
  return {
    source: new PeekedSource(trace),
    compression,
    isText,
    damage: () => unpacked?.damage,
    traceBytes: () => trace.bytes,
    scale: () => ((!unpacked && !isText) || trace.bytes === 0 ? 1 : given.bytes / trace.bytes),
  };
}

class CountedSource implements ByteSource {
  readonly #source: ByteSource;
  bytes = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async readInto(target: Uint8Array): Promise<number> {
    const count = await this.#source.readInto(target);
    this.bytes += count;
    return count;
  }
}
