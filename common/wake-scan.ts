/** How scans of spans for whom goroutines made runnable are asked for. */

/** A goroutine is on a processor: what it does there is later than `from`, and not later than `until`. */
export interface WakeStretch {
  /** The number of the processor's lane. */
  readonly lane: number;
  readonly from: number;
  readonly until: number;
}

export interface FoundWake {
  readonly goroutine: number;
  readonly at: number;
  readonly stack: number;
  readonly isCreation: boolean;
  /**
   * The stay that it put an end to, as far as it lies in the same stream; absent: it may lie in another. If there is none at all, it is a
   * creation that is told for itself.
   */
  readonly before?: {
    readonly from: number;
    /** Reason × 8 + state, as they are stored. */
    readonly what: number;
    readonly stack: number;
    /** It goes on from before the stream. */
    readonly goesBack: boolean;
  };
}

/** A goroutine's short stream in a chunk of spans (span-chunk.ts). */
export interface FoundStream {
  readonly goroutine: number;
  readonly start: number;
  /** Where its bytes lie in the chunk. */
  readonly offset: number;
  readonly length: number;
}

export interface WakeScan {
  /** Anew: in these stretches, which are in order of time; the earliest `most` will be told. */
  open(stretches: readonly WakeStretch[], most: number): void;
  chunk(spans: Uint8Array, baseNs: number): void;
  /** A row of blocks of one goroutine; where its generation begins. */
  blocks(goroutine: number, data: Uint8Array, startNs: number, baseNs: number): void;
  /** Goroutines that one created in the stretches. Yields between pieces of work. */
  creations(creator: number): Generator<void>;
  /** In order of time, and how many there are in all. */
  finish(): { readonly wakes: readonly FoundWake[]; readonly count: number };
  /** The streams of some goroutines, ascending, in a chunk. */
  streams(spans: Uint8Array, baseNs: number, goroutines: readonly number[]): FoundStream[];
}
