import {
  profilePartNames,
  type BlockingProfile,
  type ProfileKind,
  type Stays,
} from '#common/analyses/profile-analysis.ts';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { stacksOfProfiles, type WeightedStacks } from '#common/flame-graph/weighted-stacks.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import type { StackIx } from '#common/ids.ts';
import { durNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { kindWords } from './blocking-kinds.ts';
import { blockingKinds, type BlockingKind } from './blocking-options.ts';
import { stateFrame } from './function-words.ts';

/** Where goroutines were kept from running, of one kind. */
export interface KindProfile {
  readonly kind: BlockingKind;
  readonly total: Stays;
  /** Of the total: before the goroutine first ran, and what goes on at the end. */
  readonly beforeRun: Stays;
  readonly open: Stays;
  readonly stacks: WeightedStacks;
  /** Of each of them its number in the trace. */
  readonly numbers: readonly StackIx[];
}

const columns = { weight: 'delay', count: 'contentions' } as const;

/** All time, each stack with its state behind it. */
const wallProfile = ({ total, profile, states, stacks }: WallAnalysis): KindProfile => ({
  kind: 'wall',
  total,
  beforeRun: none,
  open: none,
  stacks: stacksOfProfiles([profile], { weight: 'time', count: 'stays' }, (stack) =>
    stateFrame(stateClasses[states[stack]!] ?? 'unknown'),
  ),
  numbers: stacks,
});

const none: Stays = { count: 0, ns: durNs(0) };

const kindProfile = (kind: BlockingKind, { total, parts }: BlockingProfile): KindProfile => ({
  kind,
  total,
  beforeRun: parts.beforeRun,
  open: parts.open,
  stacks: stacksOfProfiles(
    profilePartNames.map((name) => parts[name].profile),
    columns,
  ),
  numbers: profilePartNames.flatMap((name) => parts[name].stacks),
});

/** The profile that is shown, and how much there is of the other kinds. */
export class KindProfiles {
  readonly shown = new Answer<KindProfile>();
  readonly totals = new Answer<Partial<Record<BlockingKind, Stays>>>();
  readonly asGo = new Answer<Stays>();
  readonly #trace: TraceState;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  show(kind: BlockingKind, scope: Scope): void {
    const { profile } = kindWords[kind];
    this.shown.ask(JSON.stringify([kind, scope]), async ({ signal }) =>
      profile === undefined
        ? wallProfile(await this.#wall(scope, signal))
        : kindProfile(kind, await this.#profile(profile, scope, false, signal)),
    );
  }

  /** After what is shown: one after the other, so that nothing waits for them. */
  count(scope: Scope): void {
    this.totals.ask(JSON.stringify(scope), async ({ signal }) => {
      const totals: Partial<Record<BlockingKind, Stays>> = {};
      for (const kind of blockingKinds) {
        const { profile } = kindWords[kind];
        if (profile !== undefined) totals[kind] = (await this.#profile(profile, scope, false, signal)).total;
      }
      return totals;
    });
  }

  /** What go tool trace counts of the same. */
  compare(kind: BlockingKind, scope: Scope): void {
    const { profile } = kindWords[kind];
    if (profile === undefined) return;
    this.asGo.ask(
      JSON.stringify([kind, scope]),
      async ({ signal }) => (await this.#profile(profile, scope, true, signal)).total,
    );
  }

  dispose(): void {
    for (const answer of [this.shown, this.totals, this.asGo]) answer.cancel();
  }

  #wall(scope: Scope, signal: AbortSignal): Promise<WallAnalysis> {
    const { caller, opened } = this.#trace;
    return caller.call('analyses.wall', { trace: opened.trace, ...scopeParams(scope) }, { signal });
  }

  #profile(kind: ProfileKind, scope: Scope, asGo: boolean, signal: AbortSignal): Promise<BlockingProfile> {
    const { caller, opened } = this.#trace;
    const params = { trace: opened.trace, ...scopeParams(scope), kind };
    return caller.call('analyses.profile', asGo ? { ...params, asGo } : params, { signal });
  }
}
