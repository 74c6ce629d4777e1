import type { CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import type { GcAnalysis } from '#common/analyses/gc-analysis.ts';
import type { GroupPage } from '#common/analyses/goroutine-results.ts';
import type { BlockingProfile } from '#common/analyses/profile-analysis.ts';
import type { SchedulerAnalysis } from '#common/analyses/scheduler-analysis.ts';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { findingsOf, type Finding } from '#common/findings/findings.ts';
import { traceNs } from '#common/units.ts';
import { ofProgram, wallPlaces } from '#common/wall-places.ts';
import { Answer, type AnswerContext } from '../../state/answer.svelte.ts';
import { isFiltered, scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** Steps over time; about as many as there are pixels for. */
const columns = 400;
const mostPauses = 5000;

/** Each part is a question of its own, so that what is quick shows at once. */
export class Summary {
  readonly counters = new Answer<CounterAnalysis>();
  readonly wall = new Answer<WallAnalysis>();
  readonly scheduler = new Answer<SchedulerAnalysis>();
  readonly gc = new Answer<GcAnalysis>();
  readonly waits = new Answer<BlockingProfile>();
  readonly groups = new Answer<GroupPage>();
  readonly places = $derived(this.wall.value && wallPlaces(this.wall.value));

  readonly #trace: TraceState;
  #scope = $state.raw<Scope>();
  readonly #answers = [this.counters, this.wall, this.scheduler, this.gc, this.waits, this.groups];
  readonly isLooking = $derived(this.#answers.some(({ isLoading }) => isLoading));
  /** Nothing is said of a part before its answer is there. */
  readonly findings = $derived.by((): readonly Finding[] => {
    const all = this.counters.value ?? this.wall.value ?? this.scheduler.value ?? this.gc.value;
    return findingsOf({
      fromNs: all?.fromNs ?? traceNs(0),
      untilNs: all?.untilNs ?? traceNs(1),
      isFiltered: this.#scope !== undefined && isFiltered(this.#scope.filter),
      gc: this.gc.value,
      scheduler: this.scheduler.value,
      counters: this.counters.value,
      places: this.places && ofProgram(this.places),
      waits: this.waits.value,
      groups: this.groups.value?.rows,
      diagnostics: this.#trace.diagnostics,
    });
  });

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  ask(scope: Scope): void {
    this.#scope = scope;
    const { caller, opened } = this.#trace;
    const { trace } = opened;
    const params = scopeParams(scope);
    const { from, until } = params;
    const question = JSON.stringify(params);
    type Context = AnswerContext<never>;
    this.counters.ask(question, (context: Context) =>
      caller.call('analyses.counters', { trace, ...params, columns }, context),
    );
    this.wall.ask(question, (context: Context) =>
      caller.call('analyses.wall', { trace, ...params }, context),
    );
    // Processors are not told apart by goroutine.
    this.scheduler.ask(JSON.stringify([from, until]), (context: Context) =>
      caller.call('analyses.scheduler', { trace, from, until }, context),
    );
    this.gc.ask(question, (context: Context) =>
      caller.call('analyses.gc', { trace, ...params, limit: mostPauses }, context),
    );
    this.waits.ask(question, (context: Context) =>
      caller.call('analyses.profile', { trace, ...params, kind: 'all' }, context),
    );
    // Of millions of goroutines in a window they take longest.
    const biggest = { sort: 'count', descending: true, filter: '', offset: 0, limit: 20 } as const;
    this.groups.ask(question, (context: Context) =>
      caller.call('goroutines.groups', { trace, ...params, ...biggest }, context),
    );
  }

  cancel(): void {
    for (const answer of this.#answers) answer.cancel();
  }
}
