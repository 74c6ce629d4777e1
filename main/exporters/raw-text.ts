/**
 * The events of a trace file as they stand in it, one a line, as Go's raw trace tool prints them (`go tool trace -d=wire`), byte
 * for byte; main/trace-file/text-trace.ts reads them back. Nothing is ordered, or understood: batches are lines like others.
 *
 *     EventBatch gen=1 m=18446744073709551615 time=1234 size=6
 *     Frequency freq=15625000
 *     String id=1
 *     	data="chan receive"
 *     Stack id=1 nframes=1
 *     	pc=4096 func=2 file=3 line=7
 *
 * Go's tool stops at events that the file's version has not; here they are printed. Source: internal/trace/raw of Go 1.27.
 */
import { wireEventByType, type WireEvent } from '#common/trace-format/event-table.ts';
import { headerLength } from '#common/trace-format/releases.ts';
import { maxBatchBytes } from '#main/trace-file/batch-reader.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';
import { goQuote } from './go-quote.ts';

/** What cannot be read, and where. Nothing behind it is. */
export interface RawTrouble {
  readonly code: 'file-truncated' | 'bad-event';
  readonly reason: string;
  readonly atByte: number;
}

/** Room for the longest event: one with as many data as a batch may have. */
const bufferBytes = 1 << 18;
/** Text is handed over in pieces of about this many characters. */
const enoughText = 1 << 16;
/** Nobody's stack is deeper, and one event has to fit into memory. */
const mostFrames = 1024n;

/** The first version whose table has the experimental events, and the first of these. */
const fullTable = 26;
const firstExperimental = 128;

/** Reads the trace in `source`, whose header was looked at but not taken. */
export class RawText {
  readonly #source: ByteSource;
  readonly #minor: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  /** The unread bytes are `#buffer[#at … #limit)`; `#at` is byte `#offset` of the trace. */
  #at = 0;
  #limit = 0;
  #offset = 0;
  #ended = false;
  #trouble: RawTrouble | undefined;

  /** `minor` is the NN of the header's `go 1.NN`. */
  constructor(source: ByteSource, minor: number) {
    this.#source = source;
    this.#minor = minor;
  }

  /** Known when the text is over. */
  get trouble(): RawTrouble | undefined {
    return this.#trouble;
  }

  async *text(): AsyncGenerator<Buffer> {
    await this.#fill();
    this.#take(headerLength);
    let text = '';
    while (this.#trouble === undefined) {
      if (this.#limit - this.#at < bufferBytes / 2 && !this.#ended) await this.#fill();
      if (this.#at >= this.#limit) break;
      text += this.#next();
      if (text.length < enoughText) continue;
      yield Buffer.from(text, 'latin1');
      text = '';
    }
    if (text !== '') yield Buffer.from(text, 'latin1');
  }

  /** The lines of the next event; none if it cannot be read. */
  #next(): string {
    const start = this.#at;
    try {
      const lines = this.#event();
      this.#offset += this.#at - start;
      return lines;
    } catch (error) {
      this.#at = start;
      if (error instanceof EndsEarly) this.#fail('file-truncated', 'the file ends inside an event');
      else if (error instanceof BadEvent) this.#fail('bad-event', error.message);
      else throw error;
      return '';
    }
  }

  #fail(code: RawTrouble['code'], reason: string): void {
    this.#trouble = { code, reason, atByte: this.#offset };
  }

  #event(): string {
    const type = this.#buffer[this.#at++]!;
    const event = wireEventByType[type];
    // Where its table has gaps, Go prints an event without a name.
    if (!event && type > 0 && type < firstExperimental && this.#minor >= fullTable) return '\n';
    if (!event) throw new BadEvent(`an event should begin here, but the byte is ${type}`);
    if (event.name === 'Stack') return this.#stack();
    let line = event.name;
    if (event.timed) line += ` dt=${this.#varint()}`;
    for (const name of event.args) line += ` ${name}=${this.#varint()}`;
    return `${line}${this.#data(event)}\n`;
  }

  #stack(): string {
    const id = this.#varint();
    const count = BigInt(this.#varint());
    let lines = `Stack id=${id} nframes=${count}\n`;
    if (count > mostFrames) throw new BadEvent(`a stack announces ${count} frames`);
    for (let i = 0n; i < count; i++)
      lines += `\tpc=${this.#varint()} func=${this.#varint()} file=${this.#varint()} line=${this.#varint()}\n`;
    return lines;
  }

  /** Go prints no line for data that are empty. */
  #data(event: WireEvent): string {
    if (event.name !== 'String' && event.name !== 'ExperimentalBatch') return '';
    const length = Number(this.#varint());
    if (length > maxBatchBytes) throw new BadEvent(`the data of an event announce ${length} bytes`);
    if (this.#at + length > this.#limit) throw new EndsEarly();
    const data = this.#buffer.subarray(this.#at, this.#at + length);
    this.#at += length;
    return length === 0 ? '' : `\n\tdata=${goQuote(data)}`;
  }

  #varint(): number | bigint {
    let value = 0;
    let scale = 1;
    // Seven bytes fit a number exactly.
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte();
      if (byte < 0x80) return value + byte * scale;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    }
    let long = BigInt(value);
    for (let i = 7n; i < 10n; i++) {
      const byte = this.#byte();
      if (i === 9n && byte > 1) throw new BadEvent('a number of an event has more than 64 bits');
      long |= BigInt(byte & 0x7f) << (7n * i);
      if (byte < 0x80) return long;
    }
    throw new BadEvent('a number of an event does not end');
  }

  #byte(): number {
    if (this.#at >= this.#limit) throw new EndsEarly();
    return this.#buffer[this.#at++]!;
  }

  #take(count: number): void {
    this.#at += count;
    this.#offset += count;
  }

  /** Moves what is unread to the front, and reads until the buffer is full or the source ends. */
  async #fill(): Promise<void> {
    this.#buffer.copyWithin(0, this.#at, this.#limit);
    this.#limit -= this.#at;
    this.#at = 0;
    while (this.#limit < bufferBytes && !this.#ended) {
      const read = await this.#source.readInto(this.#buffer.subarray(this.#limit));
      if (read === 0) this.#ended = true;
      this.#limit += read;
    }
  }
}

class BadEvent extends Error {}
class EndsEarly extends Error {}
