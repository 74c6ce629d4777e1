import type { GroupFigures } from '#common/analyses/goroutine-analysis.ts';
import type { BlockingProfile } from '#common/analyses/profile-analysis.ts';
import type { Scope } from '#common/analyses/scope.ts';
import { framesOf, type StackProfile } from '#common/analyses/stack-profile.ts';
import type { LongStay } from '#common/analyses/timeline-details.ts';
import { totalColumns, type StateTotals } from '#common/analyses/goroutine-results.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { goId, nameIx } from '#common/ids.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { durNs, traceNs, type DurNs } from '#common/units.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

export interface AreaOf {
  readonly from: number;
  readonly until: number;
  readonly lanes: readonly LaneKey[];
  /** The names of groups among the lanes. */
  readonly groupNames: ReadonlyMap<LaneKey, string>;
  /** Goroutines among the lanes that are in none of these groups. */
  readonly others: readonly LaneKey[];
}

export interface NamedNs {
  readonly name: string;
  readonly ns: DurNs;
  readonly count: number;
}

/** What goroutines did in a stretch of time. */
export interface AreaFigures {
  readonly goroutines: number;
  readonly totals: StateTotals;
  /** Waiting by Go's reason, groups by their time, stacks by how long goroutines waited at them; each the longest first. */
  readonly reasons: readonly NamedNs[];
  readonly groups: readonly NamedNs[];
  readonly stacks: readonly NamedNs[];
  readonly longest: readonly LongStay[];
  readonly samples: number;
  readonly sampled: readonly NamedNs[];
}

const mostRows = 8;
const mostGoroutines = 10_000;

/** Figures of what is selected, asked for anew whenever that changes. The newest wish wins; what is shown stays until then. */
export class AreaSums {
  figures = $state.raw<AreaFigures>();
  failure = $state.raw<Failure>();
  isLoading = $state(false);
  /** What the figures are of. */
  shown = $state('');

  readonly #trace: TraceState;
  #call = new AbortController();
  #wish = '';

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  async show(area: AreaOf | undefined): Promise<void> {
    const wish = area ? `${area.from} ${area.until} ${area.lanes.join()} ${this.#trace.revision}` : '';
    if (wish === this.#wish) return;
    this.#wish = wish;
    this.#call.abort();
    this.#call = new AbortController();
    if (!area || area.until <= area.from) {
      this.figures = undefined;
      this.isLoading = false;
      return;
    }
    await this.#renew(area, wish, this.#call.signal);
  }

  leave(): void {
    this.#call.abort();
  }

  async #renew(area: AreaOf, wish: string, signal: AbortSignal): Promise<void> {
    this.isLoading = true;
    try {
      const parts = await Promise.all(scopesOf(area).map((scope) => this.#ask(scope, signal)));
      const longest = await this.#longest(area, signal);
      if (signal.aborted) return;
      this.figures = parts.length === 0 ? undefined : summed(parts, longest);
      this.shown = wish;
      this.failure = undefined;
      this.isLoading = false;
    } catch (error) {
      if (isCancelled(error) || signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
      this.isLoading = false;
    }
  }

  async #ask(scope: Scope, signal: AbortSignal): Promise<Part> {
    const { caller, opened } = this.#trace;
    const { trace } = opened;
    const [goroutines, waits, samples] = await Promise.all([
      caller.call('analyses.goroutines', { trace, ...scope, by: 'group', limit: 1000 }, { signal }),
      caller.call('analyses.profile', { trace, ...scope, kind: 'all' }, { signal }),
      caller.call('analyses.samples', { trace, ...scope }, { signal }),
    ]);
    return {
      count: goroutines.count,
      groups: goroutines.groups ?? [],
      waits,
      samples: samples.samples,
      sampled: stackSums(samples.profile, 0),
    };
  }

  async #longest({ from, until, lanes }: AreaOf, signal: AbortSignal): Promise<readonly LongStay[]> {
    const groups = lanes.filter((lane) => lane.startsWith('f')).slice(0, 50);
    if (groups.length === 0) return [];
    const answer = await this.#trace.caller.call(
      'timeline.longest',
      {
        trace: this.#trace.opened.trace,
        groups: groups.map((lane) => nameIx(Number(lane.slice(1)))),
        from: traceNs(from),
        until: traceNs(until),
        most: mostRows,
      },
      { signal },
    );
    return answer.groups
      .flat()
      .sort((a, b) => b.untilNs - b.fromNs - (a.untilNs - a.fromNs))
      .slice(0, mostRows);
  }
}

interface Part {
  readonly count: number;
  readonly groups: readonly GroupFigures[];
  readonly waits: BlockingProfile;
  readonly samples: number;
  readonly sampled: readonly NamedNs[];
}

/** Whole groups, and goroutines that were chosen one by one: a scope needs all that it says to hold, so they are two. */
export function scopesOf({ from, until, lanes, groupNames, others }: AreaOf): readonly Scope[] {
  const window = { from: traceNs(Math.round(from)), until: traceNs(Math.round(until)) };
  const groups = lanes.flatMap((lane) => groupNames.get(lane) ?? []);
  const goroutines = others.slice(0, mostGoroutines).map((lane) => goId(Number(lane.slice(1))));
  return [
    ...(groups.length > 0 ? [{ ...window, groups }] : []),
    ...(goroutines.length > 0 ? [{ ...window, goroutines }] : []),
  ];
}

function summed(parts: readonly Part[], longest: readonly LongStay[]): AreaFigures {
  const groups = parts.flatMap((part) => part.groups);
  const totals = Object.fromEntries(
    totalColumns.map((column) => [
      column,
      durNs(groups.reduce((sum, { figures }) => sum + figures[column].sum, 0)),
    ]),
  ) as unknown as StateTotals;
  const stacks = parts.flatMap(({ waits }) =>
    Object.values(waits.parts).flatMap(({ profile }) => stackSums(profile, 1)),
  );
  return {
    goroutines: parts.reduce((sum, { count }) => sum + count, 0),
    totals,
    reasons: longestFirst(
      groups.flatMap(({ blockNs }) =>
        Object.entries(blockNs).map(([name, ns]) => ({ name: name || 'not known', ns, count: 1 })),
      ),
    ),
    groups: longestFirst(
      groups.map(({ name, figures, count }) => ({ name, ns: figures.totalNs.sum, count })),
    ),
    stacks: longestFirst(stacks),
    longest,
    samples: parts.reduce((sum, { samples }) => sum + samples, 0),
    sampled: longestFirst(parts.flatMap(({ sampled }) => sampled)),
  };
}

/** By the innermost function that is not the runtime's own; `column` of the values is what is summed up, the first counts. */
function stackSums(profile: StackProfile, column: number): readonly NamedNs[] {
  const counts = profile.values[0]?.values ?? new Float64Array();
  const values = profile.values[column]?.values ?? counts;
  return Array.from({ length: profile.stackStarts.length - 1 }, (_, stack) => ({
    name: placeOf(framesOf(profile, stack).map((frame) => frame.function)),
    ns: durNs(values[stack]!),
    count: counts[stack]!,
  })).filter(({ ns, count }) => ns > 0 || count > 0);
}

const isInner = (name: string): boolean =>
  /^(runtime|sync|internal\/|time\.Sleep|reflect|syscall)/.test(name);

const placeOf = (functions: readonly string[]): string =>
  functions.find((name) => !isInner(name)) ?? functions[0] ?? '(no stack)';

function longestFirst(all: readonly NamedNs[]): readonly NamedNs[] {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- lives for this call only
  const sums = new Map<string, NamedNs>();
  for (const { name, ns, count } of all) {
    const before = sums.get(name);
    sums.set(name, { name, ns: durNs(ns + (before?.ns ?? 0)), count: count + (before?.count ?? 0) });
  }
  return [...sums.values()]
    .filter(({ ns }) => ns > 0)
    .sort((a, b) => b.ns - a.ns)
    .slice(0, mostRows);
}
