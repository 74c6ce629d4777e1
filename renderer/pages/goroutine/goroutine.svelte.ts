import type { GoroutineDetail, StackFrame } from '#common/analyses/goroutine-results.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId, StackIx } from '#common/ids.ts';
import { SingleFlight } from '../../state/single-flight.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { LifeBand } from '../../timeline/life-band.svelte.ts';

/** One goroutine: its figures, its life, and the stacks that were looked at. */
export class Goroutine {
  readonly id: GoId;
  readonly band: LifeBand;
  detail = $state.raw<GoroutineDetail>();
  failure = $state.raw<Failure>();

  readonly #trace: TraceState;
  readonly #gone = new AbortController();
  readonly #renewal = new SingleFlight(() => this.#renew());
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- promises that never change
  readonly #frames = new Map<StackIx, Promise<readonly StackFrame[]>>();

  constructor(trace: TraceState, id: GoId) {
    this.id = id;
    this.#trace = trace;
    this.band = new LifeBand(trace, id);
  }

  refresh(): void {
    this.#renewal.run();
  }

  leave(): void {
    this.#gone.abort();
    this.band.leave();
  }

  /** Asked for once; a failed one again. */
  frames(stack: StackIx): Promise<readonly StackFrame[]> {
    const known = this.#frames.get(stack);
    if (known) return known;
    const { trace } = this.#trace.opened;
    const asked = this.#trace.caller.call('stacks.frames', { trace, stack });
    this.#frames.set(stack, asked);
    asked.catch(() => this.#frames.delete(stack));
    return asked;
  }

  async #renew(): Promise<void> {
    const { trace } = this.#trace.opened;
    try {
      const params = { trace, id: this.id };
      const detail = await this.#trace.caller.call('goroutines.detail', params, {
        signal: this.#gone.signal,
      });
      this.detail = detail;
      this.failure = undefined;
      this.band.setLife({ from: detail.fromNs, until: detail.untilNs });
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}
