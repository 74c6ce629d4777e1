import type { WeightedStacks } from '#common/flame-graph/weighted-stacks.ts';
import { traceNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { isFiltered, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { without } from '#common/without.ts';
import { kindWords } from './blocking-kinds.ts';
import type { BlockingKind } from './blocking-options.ts';
import { framesOf, stacksNeeded, staysInOrder } from './stays-in-order.ts';

/** So many stays can be told apart. */
const mostStays = 4096;

type Ordered = { readonly stacks: WeightedStacks } | { readonly tooMany: number };

/** Stays of one goroutine one after the other; of several at once there is no order. */
export class TimeOrder {
  readonly #answer = new Answer<Ordered>();
  readonly #trace: TraceState;
  #isSingle = $state(false);

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  readonly stacks = $derived.by(() => {
    const { value } = this.#answer;
    return this.#isSingle && value && 'stacks' in value ? value.stacks : undefined;
  });
  /** Why there is no order. */
  readonly unavailable = $derived.by(() => {
    if (!this.#isSingle)
      return 'Only the waits of one goroutine have an order: keep one from its page or its lane';
    const { value } = this.#answer;
    return value && 'tooMany' in value ? 'Too many to be told apart: narrow the window' : undefined;
  });

  show(kind: BlockingKind, scope: Scope): void {
    const { goroutine } = scope.filter;
    this.#isSingle = goroutine !== undefined && !isFiltered(without(scope.filter, 'goroutine'));
    if (goroutine === undefined || !this.#isSingle) return;
    const { durationNs = 0 } = this.#trace.facts ?? {};
    const window = scope.window ?? { from: traceNs(0), until: traceNs(durationNs) };
    this.#answer.ask(JSON.stringify([kind, scope]), async ({ signal }) => {
      const params = { trace: this.#trace.opened.trace, id: goroutine, ...window, columns: mostStays };
      const picture = await this.#trace.caller.call('goroutines.spans', params, { signal });
      if (picture.kind === 'shares') return { tooMany: picture.spanCount };
      const shown = { picture, state: kindWords[kind].state, window };
      return { stacks: staysInOrder(shown, await framesOf(this.#trace, stacksNeeded(shown), signal)) };
    });
  }

  dispose(): void {
    this.#answer.cancel();
  }
}
