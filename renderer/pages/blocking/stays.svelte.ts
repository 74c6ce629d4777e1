import type { StayFigures, StayWakers } from '#common/analyses/stay-results.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { StaysOf } from './stays-of.ts';
import { framesOf, type Frames } from './stays-in-order.ts';

const mostLongest = 50;
/** A function that is selected for so long is meant. */
const restMs = 120;
/** So many of those who ended waits are listed. */
export const mostWakers = 5;

/** Stays one by one: as far as they were found. */
export class Stays {
  readonly answer = new Answer<StayFigures, StayFigures>();
  readonly places = new Answer<Frames>();
  readonly #trace: TraceState;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  /** What was there before stays until something is found. */
  readonly figures = $derived.by(() => {
    const { isLoading, part, value } = this.answer;
    return isLoading && part && part.found.count > 0 ? part : (value ?? part);
  });
  readonly wakers = $derived.by((): readonly StayWakers[] => this.figures?.wakers.slice(0, mostWakers) ?? []);

  /** Not while one goes from function to function. */
  showSoon(of: StaysOf, scope: Scope): void {
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.show(of, scope), restMs);
  }

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

  /** Nothing is looked for any more. */
  stop(): void {
    clearTimeout(this.#due);
    this.answer.cancel();
  }

  dispose(): void {
    this.stop();
    this.places.cancel();
  }
}
