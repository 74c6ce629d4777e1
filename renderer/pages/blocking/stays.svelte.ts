import type { StayFigures, StayWakers } from '#common/analyses/stay-results.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { StaysOf } from './stays-of.ts';
import { framesOf, type Frames } from './stays-in-order.ts';

const mostLongest = 50;
/** So many of those who ended waits are listed. */
export const mostWakers = 5;

/** Stays one by one: as far as they were found. */
export class Stays {
  readonly answer = new Answer<StayFigures, StayFigures>();
  readonly places = new Answer<Frames>();
  readonly #trace: TraceState;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  readonly figures = $derived.by(() =>
    this.answer.isLoading ? (this.answer.part ?? this.answer.value) : this.answer.value,
  );
  readonly wakers = $derived.by((): readonly StayWakers[] => this.figures?.wakers.slice(0, mostWakers) ?? []);

  show({ kind, stacks }: StaysOf, scope: Scope): void {
    const params = {
      ...{ trace: this.#trace.opened.trace, ...scopeParams(scope) },
      ...{ kind, most: mostLongest, ...(stacks ? { stacks: [...stacks] } : {}) },
    };
    this.answer.ask(JSON.stringify(params), (context) =>
      this.#trace.caller.call('profile.stays', params, context),
    );
  }

  /** Where those who ended waits did it. */
  locate(): void {
    const stacks = this.wakers.flatMap((waker) => waker.stacks.slice(0, 1));
    this.places.ask(stacks.join(), ({ signal }) => framesOf(this.#trace, stacks, signal));
  }

  dispose(): void {
    this.answer.cancel();
    this.places.cancel();
  }
}
