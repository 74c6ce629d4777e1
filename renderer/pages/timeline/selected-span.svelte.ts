import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { SpanLinks } from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId, StackIx } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** Everything about the span that is selected: who ended it, what it did to others, its stack. The newest choice wins. */
export class SelectedSpan {
  links = $state.raw<SpanLinks>();
  frames = $state.raw<readonly StackFrame[]>([]);
  failure = $state.raw<Failure>();

  readonly #trace: TraceState;
  #call = new AbortController();
  #shown = '';

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  /** The stay of a goroutine at a time; nothing without a goroutine. */
  async show(goroutine: GoId | undefined, at: number): Promise<void> {
    const wish = `${goroutine} ${at} ${this.#trace.reading ? this.#trace.revision : ''}`;
    if (wish === this.#shown) return;
    this.#shown = wish;
    this.#call.abort();
    this.#call = new AbortController();
    const { signal } = this.#call;
    if (goroutine === undefined) {
      this.links = undefined;
      this.frames = [];
      this.failure = undefined;
      return;
    }
    try {
      const { trace } = this.#trace.opened;
      const links = await this.#trace.caller.call(
        'timeline.links',
        { trace, goroutine, at: traceNs(Math.round(at)) },
        { signal },
      );
      const frames = await this.#framesOf(links.stay.stack, signal);
      if (signal.aborted) return;
      this.links = links;
      this.frames = frames;
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error) || signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      this.links = undefined;
      this.failure = error;
    }
  }

  leave(): void {
    this.#call.abort();
  }

  #framesOf(stack: StackIx, signal: AbortSignal): Promise<readonly StackFrame[]> {
    if (stack === 0) return Promise.resolve([]);
    return this.#trace.caller.call('stacks.frames', { trace: this.#trace.opened.trace, stack }, { signal });
  }
}
