/**
 * What is inside of gzip or zstd data, as it is read: a piece goes in, and nothing more until what came out of it is taken, so
 * that memory does not depend on how much something small unpacks to. Damage ends the data, behind everything that could be
 * unpacked before it. Formats: RFC 1952, RFC 8878.
 */
import { constants, crc32, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import type { PeekedSource } from './peeked-source.ts';

export type Compression = 'gzip' | 'zstd';

const magicBytes = 4;

/** How the data that begin with `head` are compressed, if they are. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < magicBytes) return undefined;
  const magic = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  // Files of parallel compressors begin with a frame to be skipped.
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : undefined;
}

const pieceBytes = 16384;
const outputBytes = 32768;
/** A checksum that is wrong must not take the output before it along: it goes in alone. */
const checksumBytes = 4;
/** Largest window that is accepted: what `zstd --ultra -22` needs. */
const largestWindowLog = 27;

/**
 * Traces become a tenth of their size, seldom less than a thirtieth. What becomes much more than that is made to fill memory,
 * since a generation has to fit into it; a little of it does no harm.
 */
const mostTimes = 100;
const harmlessBytes = 64 << 20;

export class DecompressedSource implements ByteSource {
  readonly compression: Compression;
  readonly #input: PeekedSource;
  #frame: Frame | undefined;
  #frames = 0;
  #produced = 0;
  #rest: Uint8Array = new Uint8Array();
  #ended = false;
  #damage: string | undefined;

  constructor(input: PeekedSource, compression: Compression) {
    this.#input = input;
    this.compression = compression;
  }

  /** Why the data end here, if not because they are over: a clause such as "they break off". Known at the end. */
  get damage(): string | undefined {
    return this.#damage;
  }

  async readInto(target: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      if (this.#ended) return 0;
      this.#rest = await this.#next();
    }
    const count = Math.min(target.length, this.#rest.length);
    target.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  /** More output; none at the end, and where a frame ends. */
  async #next(): Promise<Uint8Array> {
    this.#frame ??= await this.#open();
    if (!this.#frame) return this.#end();
    const output = await this.#frame.read();
    if (output) {
      this.#produced += output.length;
      return this.#isBomb() ? this.#end(`they unpack to more than ${mostTimes} times their size`) : output;
    }
    const damage = this.#frame.damage ?? (await this.#frame.check());
    this.#frame = undefined;
    return damage === undefined ? new Uint8Array() : this.#end(damage);
  }

  #isBomb(): boolean {
    return this.#produced > harmlessBytes && this.#produced > this.#input.taken * mostTimes;
  }

  #end(damage?: string): Uint8Array {
    this.#ended = true;
    this.#damage = damage;
    return new Uint8Array();
  }

  /** The next frame, if one begins here. Anything else behind the first is ignored, as by the tools that compress. */
  async #open(): Promise<Frame | undefined> {
    const isFirst = this.#frames++ === 0;
    if (!isFirst && compressionOf(await this.#input.peek(magicBytes)) !== this.compression) return undefined;
    if (this.compression === 'zstd') return new Frame(this.#input, zstdStream(), checksumBytes);
    const header = await gzipHeaderLength(this.#input);
    if (typeof header === 'string') return isFirst ? new BrokenFrame(this.#input, header) : undefined;
    this.#input.skip(header);
    return new GzipMember(this.#input);
  }
}

const options = { chunkSize: outputBytes, readableHighWaterMark: 1 };
const zstdStream = () =>
  createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: largestWindowLog } });

type Stream = ReturnType<typeof createZstdDecompress> | ReturnType<typeof createInflateRaw>;

/** One run of compressed data, to its own end. */
class Frame {
  protected readonly input: PeekedSource;
  readonly #stream: Stream;
  readonly #heldBack: number;
  #damage: string | undefined;
  #isOver = false;
  #isBusy = false;
  #isFlushed = false;
  #consumed = 0;
  #wake: () => void = () => undefined;

  constructor(input: PeekedSource, stream: Stream, heldBack: number) {
    this.input = input;
    this.#stream = stream;
    this.#heldBack = heldBack;
    const wake = (): void => this.#wake();
    stream.on('readable', wake);
    stream.on('end', () => {
      this.#isOver = true;
      wake();
    });
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#damage = damageOf(error);
      wake();
    });
  }

  get damage(): string | undefined {
    return this.#damage;
  }

  /** What follows the compressed data itself; a clause if something is wrong with it. */
  check(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** The next output; undefined at the end or at damage. */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const output = this.#stream.read() as Buffer | null;
      if (output) return output;
      if (this.#damage !== undefined || this.#isOver) {
        this.#take();
        this.#stream.destroy();
        return undefined;
      }
      if (this.#isBusy || this.#isFlushed) await this.#change();
      else await this.#feed();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      // It may have come about since it was asked for.
      if (this.#isOver || this.#damage !== undefined || this.#stream.readableLength > 0) resolve();
    });
  }

  async #feed(): Promise<void> {
    this.#take();
    const ahead = await this.input.peek(pieceBytes + this.#heldBack);
    const whole = ahead.length < pieceBytes + this.#heldBack;
    const piece =
      whole && ahead.length <= this.#heldBack ? ahead : ahead.subarray(0, -this.#heldBack || undefined);
    if (piece.length === 0) {
      this.#isFlushed = true;
      this.#stream.end();
      return;
    }
    this.#isBusy = true;
    this.#stream.write(piece.slice(), () => {
      this.#isBusy = false;
      this.#wake();
    });
  }

  /** Takes from the input what the stream has consumed of it. */
  #take(): void {
    const { bytesWritten } = this.#stream;
    this.input.skip(bytesWritten - this.#consumed);
    this.#consumed = bytesWritten;
  }
}

const brokenOff = 'they break off';

function damageOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'Z_BUF_ERROR') return brokenOff;
  if (error.code === 'ZSTD_error_frameParameter_windowTooLarge')
    return `they need a window of more than ${2 ** (largestWindowLog - 20)} MB to be unpacked`;
  return `they are damaged (${error.message.toLowerCase()})`;
}

class GzipMember extends Frame {
  #crc = 0;
  #length = 0;

  constructor(input: PeekedSource) {
    super(input, createInflateRaw(options), 0);
  }

  override async read(): Promise<Uint8Array | undefined> {
    const output = await super.read();
    if (output) {
      this.#crc = crc32(output, this.#crc);
      this.#length = (this.#length + output.length) >>> 0;
    }
    return output;
  }

  /** The checksum and the length. */
  override async check(): Promise<string | undefined> {
    const trailer = await this.input.peek(8);
    if (trailer.length < 8) return brokenOff;
    const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
    const isRight = view.getUint32(0, true) === this.#crc && view.getUint32(4, true) === this.#length;
    this.input.skip(8);
    return isRight ? undefined : 'they are damaged (the checksum is wrong)';
  }
}

/** Data that begin like gzip's and go on like nothing. */
class BrokenFrame extends Frame {
  readonly #reason: string;

  constructor(input: PeekedSource, reason: string) {
    super(input, createInflateRaw(options), 0);
    this.#reason = reason;
  }

  override get damage(): string {
    return this.#reason;
  }

  override read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

const mostHeaderBytes = 1 << 15;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/** Length of a member's header: 10 bytes, then what its flags announce. Or what is wrong with it. */
async function gzipHeaderLength(input: PeekedSource): Promise<number | string> {
  const head = await input.peek(mostHeaderBytes);
  const flags = head[3] ?? 0;
  if (head.length > 2 && head[2] !== 8) return 'they are damaged (the header is wrong)';
  let at = 10;
  if (flags & flag.extra) at += 2 + (head[at] ?? 0) + (head[at + 1] ?? 0) * 256;
  for (const text of [flag.name, flag.comment]) {
    if (!(flags & text)) continue;
    const end = head.indexOf(0, at);
    if (end < 0) return brokenOff;
    at = end + 1;
  }
  if (flags & flag.headerCrc) at += 2;
  return at <= head.length ? at : brokenOff;
}
