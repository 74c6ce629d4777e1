import { v1FixedTexts } from '#common/trace-format/v1-tables.ts';
import { deliveries, type Core, type Delivery } from './core.ts';
import type { Fault } from './faults.ts';

/** A trace of the format before Go 1.22: all of its bytes first, then its events, as those of the new format. */
export class V1Trace {
  readonly #core: Core;

  /** `minor` is the NN of the header's `go 1.NN trace`; `sizeBytes` of the file, if known. */
  constructor(core: Core, minor: number, sizeBytes?: number) {
    this.#core = core;
    core.run((exports) => exports.v1Begin(minor, Math.min(sizeBytes ?? 0, 0x40000000)));
    const encoder = new TextEncoder();
    for (const text of v1FixedTexts(minor)) this.#addText(encoder.encode(text));
  }

  #addText(text: Uint8Array): void {
    this.#core.run((exports) => {
      const address = exports.allocate(text.length + 1) >>> 0;
      new Uint8Array(this.#core.memory.buffer, address, text.length).set(text);
      exports.v1AddText(address, text.length);
    });
  }

  /** The next bytes of the file, from behind the header on. */
  append(data: Uint8Array): void {
    this.#core.run((exports) => {
      const address = exports.appendBytes(data.length) >>> 0;
      new Uint8Array(this.#core.memory.buffer, address, data.length).set(data);
    });
  }

  /**
   * Puts all events in order, which may take seconds: `onPause` is called every few hundredths of one, and what it throws ends it.
   * A fault anywhere means that there are no events.
   */
  load(onPause: () => void = () => undefined): Fault | undefined {
    this.#core.run((exports) => exports.v1BeginLoad());
    for (;;) {
      const result = this.#core.run((exports) => exports.v1LoadSome());
      if (result < 0) return this.#core.fault;
      if (result === 0) return undefined;
      onPause();
    }
  }

  /** The Sync before the events; false if there are none and so no Sync either. */
  deliverSync(): boolean {
    const delivered = this.#core.run((exports) => exports.v1DeliverSync()) !== 0;
    this.#core.records.refresh();
    return delivered;
  }

  deliver(): Delivery {
    const result = this.#core.run((exports) => exports.v1Deliver());
    this.#core.records.refresh();
    return deliveries[result]!;
  }
}
