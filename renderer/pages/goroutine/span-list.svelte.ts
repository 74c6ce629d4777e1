import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId } from '#common/ids.ts';
import type { PlacedPicture } from '#common/timeline/span-picture.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** As many single spans as one answer may hold; where there are more, slices of the window are listed instead. */
const mostSpans = 8192;
const slices = 200;

/** The spans in a window, for the table that says what the band shows. */
export class SpanList {
  placed = $state.raw<PlacedPicture>();
  failure = $state.raw<Failure>();
  readonly #trace: TraceState;
  readonly #id: GoId;
  #call = new AbortController();

  constructor(trace: TraceState, id: GoId) {
    this.#trace = trace;
    this.#id = id;
  }

  async ask(window: TimeWindow): Promise<void> {
    this.#call.abort();
    const call = new AbortController();
    this.#call = call;
    try {
      let picture = await this.#fetch(window, mostSpans, call.signal);
      if (picture.kind === 'shares') picture = await this.#fetch(window, slices, call.signal);
      if (call.signal.aborted) return;
      this.placed = { window, picture };
      this.failure = undefined;
    } catch (error) {
      if (call.signal.aborted || isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }

  leave(): void {
    this.#call.abort();
  }

  #fetch(window: TimeWindow, columns: number, signal: AbortSignal): Promise<PlacedPicture['picture']> {
    const { trace } = this.#trace.opened;
    return this.#trace.caller.call(
      'goroutines.spans',
      { trace, id: this.#id, ...window, columns },
      { signal },
    );
  }
}
