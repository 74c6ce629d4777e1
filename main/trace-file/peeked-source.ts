import type { ByteSource } from './byte-source.ts';

/** A source whose next bytes can be looked at before they are taken. */
export class PeekedSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #buffer: Uint8Array;
  #at = 0;
  #limit = 0;
  #ended = false;
  #taken = 0;

  /** `most`: how far one may look ahead. */
  constructor(source: ByteSource, most = 1 << 16) {
    this.#source = source;
    this.#buffer = new Uint8Array(most);
  }

  /** Whether nothing follows what was peeked at last. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How many bytes were taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** The next `count` bytes, or fewer at the end. Valid until the next call. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#limit - this.#at < count && this.#at > 0) {
      this.#buffer.copyWithin(0, this.#at, this.#limit);
      this.#limit -= this.#at;
      this.#at = 0;
    }
    while (this.#limit - this.#at < count && !this.#ended) {
      const read = await this.#source.readInto(this.#buffer.subarray(this.#limit));
      if (read === 0) this.#ended = true;
      this.#limit += read;
    }
    return this.#buffer.subarray(this.#at, Math.min(this.#limit, this.#at + count));
  }

  /** Takes bytes that were peeked at. */
  skip(count: number): void {
    this.#at += count;
    this.#taken += count;
  }

  async readInto(target: Uint8Array): Promise<number> {
    if (this.#at === this.#limit) {
      const read = this.#ended ? 0 : await this.#source.readInto(target);
      this.#taken += read;
      return read;
    }
    const count = Math.min(target.length, this.#limit - this.#at);
    target.set(this.#buffer.subarray(this.#at, this.#at + count));
    this.skip(count);
    return count;
  }
}
