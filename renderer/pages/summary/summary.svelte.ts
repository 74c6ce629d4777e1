import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import type { GroupPage } from '#common/analyses/goroutine-results.ts';
import type { BlockingProfile } from '#common/analyses/profile-analysis.ts';
import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { findingsOf, type Finding } from '#common/findings/findings.ts';
import type { Observed } from '#common/findings/finding.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import { ofProgram, wallPlaces } from '#common/wall-places.ts';
import { Answer, type AnswerContext } from '../../state/answer.svelte.ts';
import { isFiltered, scopeParams, wholeScope, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** Steps over time; about as many as there are pixels for. */
const columns = 400;
const mostPauses = 5000;

type Context = AnswerContext<never>;

const known = <T>({ value, failure }: Answer<T>): T | undefined => (failure ? undefined : value);

/** Each part is a question of its own, so that what is quick shows at once. */
export class Summary {
  readonly counters = new Answer<CounterAnalysis>();
  readonly wall = new Answer<WallAnalysis>();
  readonly scheduler = new Answer<SchedulerAnalysis>();
  readonly gc = new Answer<GcAnalysis>();
  readonly waits = new Answer<BlockingProfile>();
  readonly groups = new Answer<GroupPage>();
  /** Of what cannot be told now nothing is kept. */
  readonly counted = $derived(known(this.counters));
  readonly scheduled = $derived(known(this.scheduler));
  readonly collected = $derived(known(this.gc));
  readonly grouped = $derived(known(this.groups));
  readonly places = $derived.by(() => {
    const wall = known(this.wall);
    return wall && wallPlaces(wall);
  });

  readonly #trace: TraceState;
  #scope = $state.raw<Scope>();
  /** What is asked now; the scheduler is not asked about goroutines. */
  readonly #questions = $derived.by(() => {
    const params = scopeParams(this.#scope ?? wholeScope);
    return { ofScope: JSON.stringify(params), ofWindow: JSON.stringify([params.from, params.until]) };
  });
  readonly #answers = [this.counters, this.wall, this.scheduler, this.gc, this.waits, this.groups];
  /** All parts are about the same window and goroutines. */
  readonly isSettled = $derived(
    this.#answers.every(
      (answer) => this.#isFresh(answer) || (answer.failure !== undefined && !answer.isLoading),
    ),
  );
  /** Of the window before, until those of this one are complete. */
  #settled = $state.raw<readonly Finding[]>();
  readonly findings = $derived.by((): readonly Finding[] => {
    if (!this.isSettled && this.#settled) return this.#settled;
    return findingsOf(this.#observed());
  });

  constructor(trace: TraceState) {
    this.#trace = trace;
    $effect(() => {
      if (this.isSettled) this.#settled = this.findings;
    });
  }

  /** Figures of different windows must not meet in one finding. */
  #observed(): Observed {
    const fresh = <T>(answer: Answer<T>): T | undefined =>
      this.#isFresh(answer) ? known(answer) : undefined;
    const [counters, wall, scheduler, gc] = [
      fresh(this.counters),
      fresh(this.wall),
      fresh(this.scheduler),
      fresh(this.gc),
    ];
    const any = counters ?? wall ?? scheduler ?? gc;
    return {
      fromNs: any?.fromNs ?? traceNs(0),
      untilNs: any?.untilNs ?? traceNs(1),
      isFiltered: this.#scope !== undefined && isFiltered(this.#scope.filter),
      ...{ gc, scheduler, counters },
      places: wall && this.places && ofProgram(this.places),
      waits: fresh(this.waits),
      groups: fresh(this.groups)?.rows,
      diagnostics: this.#trace.diagnostics,
    };
  }

  #isFresh({ answered }: Answer<unknown>): boolean {
    return answered === this.#questions.ofScope || answered === this.#questions.ofWindow;
  }

  ask(scope: Scope): void {
    this.#scope = scope;
    const { caller, opened } = this.#trace;
    const asked = { trace: opened.trace, ...scopeParams(scope) };
    const { ofScope, ofWindow } = this.#questions;
    const first: Promise<unknown>[] = [];
    const atOnce = <T>(answer: Promise<T>): Promise<T> => {
      first.push(answer);
      return answer;
    };
    this.counters.ask(ofScope, (context: Context) =>
      atOnce(caller.call('analyses.counters', { ...asked, columns }, context)),
    );
    this.wall.ask(ofScope, (context: Context) => atOnce(caller.call('analyses.wall', asked, context)));
    this.#askOthers(asked, { ofScope, ofWindow }, Promise.allSettled(first));
  }

  /** One thread answers all: what fills most of the page comes first. */
  #askOthers(
    asked: Params<'analyses.wall'>,
    { ofScope, ofWindow }: { readonly ofScope: string; readonly ofWindow: string },
    first: Promise<unknown>,
  ): void {
    const { caller } = this.#trace;
    const { trace, from, until } = asked;
    const then =
      <T>(ask: (context: Context) => Promise<T>) =>
      async (context: Context): Promise<T> => {
        await first;
        context.signal.throwIfAborted();
        return ask(context);
      };
    this.gc.ask(
      ofScope,
      then((context) => caller.call('analyses.gc', { ...asked, limit: mostPauses }, context)),
    );
    // Processors are not told apart by goroutine.
    this.scheduler.ask(
      ofWindow,
      then((context) => caller.call('analyses.scheduler', { trace, from, until }, context)),
    );
    this.waits.ask(
      ofScope,
      then((context) => caller.call('analyses.profile', { ...asked, kind: 'all' }, context)),
    );
    // Of millions of goroutines in a window they take longest.
    const biggest = { sort: 'count', descending: true, filter: '', offset: 0, limit: 20 } as const;
    this.groups.ask(
      ofScope,
      then((context) => caller.call('goroutines.groups', { ...asked, ...biggest }, context)),
    );
  }

  cancel(): void {
    for (const answer of this.#answers) answer.cancel();
  }
}
