/**
 * Traces as text, in the form of Go's raw trace tool: one wire event a line, encoded one after the other with minimal varints
 * as they stand, right or wrong. Texts are quoted as Go quotes them; `#` begins a comment. A batch's `size` is taken as it is
 * written, or counted where it is `auto`; `Bytes` stands for anything else, in hexadecimal.
 *
 *     Trace Go1.22
 *     EventBatch gen=1 m=18446744073709551615 time=10 size=auto
 *     Frequency freq=1000000000
 *     String id=1
 *     	data="chan receive"
 *     Stack id=1 nframes=1
 *     	pc=4096 func=2 file=3 line=7
 *     Bytes 2a ff
 *
 * Source: internal/trace/raw of Go 1.27.
 */
import { Failure } from '#common/errors.ts';
import { wireEvents, type WireEvent } from '#common/trace-format/event-table.ts';
import { maxBatchBytes } from './batch-reader.ts';
import type { ByteSource } from './byte-source.ts';
import { ByteSink } from './byte-sink.ts';
import { goUnquote } from './go-unquote.ts';

const events = new Map(wireEvents.map((event) => [event.name, event]));
const frameFields = ['pc', 'func', 'file', 'line'];
const withData: ReadonlySet<string> = new Set(['String', 'ExperimentalBatch']);
const largest = 0xffffffffffffffffn;

/** Whether a file that begins with `head` is a trace as text: its first line is `Trace Go1.NN`. */
export const isTextTrace = (head: Uint8Array): boolean =>
  /^Trace[ \t]+Go1\.\d+[ \t]*(#|\r?\n|$)/.test(Buffer.from(head.subarray(0, 64)).toString('latin1'));

/** Encodes lines as they come. Fails with `bad-text-trace`, naming the line. */
export class TextTraceEncoder {
  readonly #name: string;
  readonly #out = new ByteSink();
  /** The data of a batch with `size=auto`, and its arguments, waiting for the size. */
  #open: { readonly values: readonly bigint[]; readonly data: ByteSink } | undefined;
  #line = 0;
  #hasHeader = false;
  /** Frames that must follow a stack. */
  #frames = 0n;
  /** An event whose data may follow. */
  #awaitsData = false;

  constructor(name = 'The text') {
    this.#name = name;
  }

  /** What was encoded since the last call. */
  take(): Uint8Array {
    return this.#out.take();
  }

  /** `text`: a binary string, without the newline. */
  line(text: string): void {
    this.#line++;
    const trimmed = text.trim();
    if (this.#awaitsData && trimmed.startsWith('data=')) {
      this.#data(trimmed.slice('data='.length));
      return;
    }
    const [name = '', ...args] = trimmed.replace(/#.*$/, '').trimEnd().split(/\s+/);
    if (name === '') return;
    if (this.#awaitsData) this.#endData();
    if (!this.#hasHeader) this.#header(name, args);
    else if (name === 'Bytes') this.#bytes(args);
    else if (this.#frames > 0n) this.#frame([name, ...args]);
    else this.#event(name, args);
  }

  finish(): void {
    if (this.#awaitsData) this.#endData();
    if (this.#frames > 0n)
      throw this.#bad(`ends the text, but ${this.#frames} frames of a stack should follow`);
    this.#close();
  }

  /** The next line is too long to be one. */
  refuseLine(): never {
    this.#line++;
    throw this.#bad('is longer than any event can be');
  }

  get #sink(): ByteSink {
    return this.#open?.data ?? this.#out;
  }

  #header(name: string, args: readonly string[]): void {
    const [, version] = /^Go1\.(\d{1,3})$/.exec(args[0] ?? '') ?? [];
    if (name !== 'Trace' || version === undefined || args.length > 1)
      throw this.#bad('should be the header, such as "Trace Go1.26"');
    this.#hasHeader = true;
    this.#out.put(Buffer.from(`go 1.${version} trace\0\0\0`));
  }

  #event(name: string, args: readonly string[]): void {
    const event = events.get(name);
    if (!event) throw this.#bad(`has the event "${name}", which there is not`);
    if (name === 'EventBatch' || name === 'ExperimentalBatch' || name === 'EndOfGeneration') this.#close();
    if (name === 'EventBatch' && args.at(-1) === 'size=auto') {
      const values = this.#values(name, ['gen', 'm', 'time'], args.slice(0, -1));
      this.#open = { values, data: new ByteSink() };
      return;
    }
    const values = this.#values(name, argumentNames(event), args);
    this.#put(event, values);
    if (name === 'Stack') this.#frames = values[1]!;
    this.#awaitsData = withData.has(name);
  }

  #put(event: WireEvent, values: readonly bigint[]): void {
    const sink = this.#sink;
    sink.putByte(event.type);
    for (const [i, value] of values.entries()) {
      // The experiment's number is a byte, not a varint.
      if (event.name === 'ExperimentalBatch' && i === 0) sink.putByte(Number(value & 0xffn));
      else sink.putVarint(value);
    }
    this.#checkSize();
  }

  #values(what: string, names: readonly string[], args: readonly string[]): bigint[] {
    if (args.length !== names.length)
      throw this.#bad(
        `gives ${what} ${args.length} arguments instead of ${names.length}${names.length > 0 ? ` (${names.join(', ')})` : ''}`,
      );
    return names.map((name, i) => this.#value(what, name, args[i]!));
  }

  #value(what: string, name: string, arg: string): bigint {
    const at = arg.indexOf('=');
    const given = at < 0 ? arg : arg.slice(0, at);
    if (given !== name) throw this.#bad(`has "${given}" where ${what} has "${name}"`);
    const digits = arg.slice(at + 1);
    const value = /^\d{1,20}$/.test(digits) ? BigInt(digits) : -1n;
    if (value < 0n || value > largest)
      throw this.#bad(`has "${digits}" for ${name}, which is no number of 64 bits`);
    return value;
  }

  #frame(args: readonly string[]): void {
    for (const value of this.#values('a frame', frameFields, args)) this.#sink.putVarint(value);
    this.#frames--;
    this.#checkSize();
  }

  /** In a stack they stand for the rest of it, whatever its number of frames. */
  #bytes(args: readonly string[]): void {
    this.#frames = 0n;
    for (const arg of args) {
      if (!/^[0-9a-f]{2}$/i.test(arg))
        throw this.#bad(`has "${arg}" among its bytes, which is not one in hexadecimal`);
      this.#sink.putByte(Number.parseInt(arg, 16));
    }
    this.#checkSize();
  }

  #data(quoted: string): void {
    const data = goUnquote(quoted);
    if (!data) throw this.#bad('has data that are not quoted as Go quotes a string');
    this.#awaitsData = false;
    this.#sink.putVarint(BigInt(data.length));
    this.#sink.put(data);
    this.#checkSize();
  }

  /** Go prints no line for data that are empty. */
  #endData(): void {
    this.#awaitsData = false;
    this.#sink.putVarint(0n);
  }

  #close(): void {
    if (!this.#open) return;
    const { values, data } = this.#open;
    this.#open = undefined;
    const bytes = data.take();
    this.#put(events.get('EventBatch')!, [...values, BigInt(bytes.length)]);
    this.#out.put(bytes);
  }

  /** A batch that is counted is kept until it ends: it must not grow for ever. */
  #checkSize(): void {
    if (this.#open && this.#open.data.length > maxBatchBytes)
      throw this.#bad(`makes its batch larger than the ${maxBatchBytes} bytes that one may have`);
  }

  #bad(what: string): Failure {
    return new Failure(
      'bad-text-trace',
      `Line ${this.#line} of ${this.#name} ${what}; nothing of the trace is read until that is put right.`,
      { path: this.#name, line: this.#line },
    );
  }
}

const argumentNames = (event: WireEvent): readonly string[] =>
  event.timed ? ['dt', ...event.args] : event.args;

/** The whole of a text. */
export function encodeTextTrace(text: string): Uint8Array {
  const encoder = new TextTraceEncoder();
  for (const line of Buffer.from(text).toString('latin1').split('\n')) encoder.line(line);
  encoder.finish();
  return encoder.take();
}

/** Longer than the longest text that fits a batch, quoted. */
const longestLine = 1 << 19;

/** The trace that a text stands for, encoded as it is read. */
export class TextTraceSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #encoder: TextTraceEncoder;
  readonly #chunk = new Uint8Array(1 << 16);
  #partial = '';
  #rest: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(source: ByteSource, name?: string) {
    this.#source = source;
    this.#encoder = new TextTraceEncoder(name);
  }

  async readInto(target: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      if (this.#ended) return 0;
      await this.#readLines();
      this.#rest = this.#encoder.take();
    }
    const count = Math.min(target.length, this.#rest.length);
    target.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  async #readLines(): Promise<void> {
    const read = await this.#source.readInto(this.#chunk);
    if (read === 0) {
      this.#ended = true;
      this.#encoder.line(this.#partial);
      this.#encoder.finish();
      return;
    }
    const lines = Buffer.from(this.#chunk.buffer, 0, read).toString('latin1').split('\n');
    lines[0] = this.#partial + lines[0]!;
    this.#partial = lines.pop()!;
    for (const line of lines) this.#encoder.line(line);
    if (this.#partial.length > longestLine) this.#encoder.refuseLine();
  }
}
