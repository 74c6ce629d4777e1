/**
 * Profiles of waiting against those of an oracle that reads the trace's events (waiting-stays.ts): by stack, in all three parts and as
 * Go's tool has them; for the whole trace, in random windows, and of some goroutines, start functions, regions and tasks.
 */
import {
  profileKinds,
  profilePartNames,
  type BlockingProfile,
  type ProfileKind,
  type ProfileStays,
  type Stays,
} from '#common/analyses/profile-analysis.ts';
import { durationFigures, durationHistogram } from '#common/analyses/duration-figures.ts';
import { framesOf, type StackProfile } from '#common/analyses/stack-profile.ts';
import { goId, traceKey, type StackIx } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import { durNs, traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { randomNumbers } from './random-numbers.ts';
import {
  addressKey,
  frameKey,
  WaitingStays,
  type FrameKey,
  type OracleScope,
  type StaysByStack,
} from './waiting-stays.ts';

const trace = traceKey('t');
const context = { signal: new AbortController().signal, report: () => undefined };
const asGoKinds: readonly ProfileKind[] = ['net', 'sync', 'syscall', 'sched'];

/** Sentences about what differs. The database is that of `data`. */
export async function profileComplaints(
  databasePath: string,
  data: Uint8Array,
  scopes: (stays: WaitingStays) => readonly OracleScope[] = someScopes,
): Promise<readonly string[]> {
  const stays = await WaitingStays.of(data);
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: 0 }, analysisCore);
  const complaints: string[] = [];
  try {
    for (const scope of scopes(stays))
      for (const kind of profileKinds) complaints.push(...(await differences(analyses, stays, kind, scope)));
  } finally {
    analyses.close();
  }
  return complaints.slice(0, 20);
}

/** The whole trace and windows of it, with and without each way of choosing. */
export function someScopes(stays: WaitingStays): OracleScope[] {
  const random = randomNumbers();
  const below = (most: number): number => Math.floor(random.next().value! * most);
  const pick = <T>(all: readonly T[]): T[] => (all.length === 0 ? [] : [all[below(all.length)]!]);
  const window = (): Pick<OracleScope, 'from' | 'until'> => {
    const [a, b] = [below(stays.end + 1), below(stays.end + 1)];
    return { from: Math.min(a, b), until: Math.max(a, b) };
  };
  const choices = (): Partial<OracleScope>[] => [
    {},
    { goroutines: [...pick(stays.goroutines), ...pick(stays.goroutines), ...pick(stays.goroutines)] },
    { groups: [...pick(stays.groups), ...pick(stays.groups)] },
    ...pick(stays.regionNames).map((region) => ({ region })),
    ...pick(stays.tasks).map((task) => ({ task })),
    ...pick(stays.tasks).flatMap((task) => pick(stays.regionNames).map((region) => ({ task, region }))),
    ...pick(stays.regionNames).map((region) => ({ region, groups: pick(stays.groups) })),
  ];
  const isSome = ({ goroutines, groups }: Partial<OracleScope>): boolean =>
    goroutines?.length !== 0 && groups?.length !== 0;
  return [{ from: 0, until: stays.end }, window(), window()].flatMap((own) =>
    choices()
      .filter(isSome)
      .map((choice) => ({ ...own, ...choice })),
  );
}

async function differences(
  analyses: OpenAnalyses,
  stays: WaitingStays,
  kind: ProfileKind,
  scope: OracleScope,
): Promise<string[]> {
  const { goroutines, ...rest } = scope;
  const { from, until } = scope;
  const chosen = goroutines ? { goroutines: goroutines.map((id) => goId(id)) } : {};
  const params = { trace, kind, ...rest, from: traceNs(from), until: traceNs(until), ...chosen };
  const ask = async (asGo: boolean): Promise<BlockingProfile> =>
    await analyses['analyses.profile']({ ...params, asGo }, context);
  const name = `${kind} of ${JSON.stringify(scope)}`;
  const own = await ask(false);
  const expected = stays.profile(kind, scope);
  const found = profilePartNames.flatMap((part) =>
    differing(`${name}, ${part}`, byStack([own.parts[part].profile], frameKey), expected[part]),
  );
  found.push(...(await staysDiffer(analyses, params, own, name)));
  if (!asGoKinds.includes(kind)) return found;
  const { parts } = await ask(true);
  const asGo = byStack(
    profilePartNames.map((part) => parts[part].profile),
    addressKey,
  );
  return [...found, ...differing(`${name}, as Go`, asGo, stays.profileAsGo(kind, scope))];
}

const mostStays = 1000;

/** Stays that are looked for one by one: of all stacks, and of every other one. */
async function staysDiffer(
  analyses: OpenAnalyses,
  params: Omit<Params<'profile.stays'>, 'most' | 'stacks'>,
  profile: BlockingProfile,
  name: string,
): Promise<string[]> {
  const complaints: string[] = [];
  const parts = profilePartNames.map((part) => profile.parts[part]);
  const stacks = [...new Set(parts.flatMap((part) => part.stacks))].filter((_, i) => i % 2 === 0);
  for (const some of [undefined, stacks]) {
    const asked = { ...params, ...(some ? { stacks: some } : {}), most: mostStays };
    const { total, found, longest, histogram, figures, wakers } = await analyses['profile.stays'](
      asked,
      context,
    );
    const expected = sumAt(parts, some && new Set(some));
    const sorted = Float64Array.from(longest, ({ ns }) => ns).reverse();
    const facts: readonly (readonly [string, unknown, unknown])[] = [
      ['total', total, expected],
      ['found', found, expected],
      ['of their wakers', sumOf(wakers), expected],
      ['in the histogram', histogram.counts.reduce((so, count) => so + count, 0), expected.count],
      ...(found.count > mostStays
        ? []
        : ([
            ['histogram', histogram, durationHistogram(sorted)],
            ['durations', figures, durationFigures(sorted)],
          ] as const)),
    ];
    for (const [what, is, should] of facts)
      if (JSON.stringify(is) !== JSON.stringify(should))
        complaints.push(
          `stays of ${name}${some ? ', some stacks' : ''}: ${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`,
        );
  }
  return complaints;
}

const sumOf = (all: readonly Stays[]): Stays => ({
  count: all.reduce((so, { count }) => so + count, 0),
  ns: durNs(all.reduce((so, { ns }) => so + ns, 0)),
});

const sumAt = (parts: readonly ProfileStays[], stacks: ReadonlySet<StackIx> | undefined): Stays =>
  sumOf(
    parts.flatMap(({ stacks: own, profile: { values } }) =>
      own.flatMap((stack, i) =>
        (stacks?.has(stack) ?? true)
          ? { count: values[0]!.values[i]!, ns: durNs(values[1]!.values[i]!) }
          : [],
      ),
    ),
  );

function byStack(profiles: readonly StackProfile[], key: FrameKey): StaysByStack {
  const found = new Map<string, { count: number; ns: number }>();
  for (const profile of profiles)
    for (let i = 0; i + 1 < profile.stackStarts.length; i++) {
      const stack = key(framesOf(profile, i));
      const own = found.get(stack) ?? { count: 0, ns: 0 };
      found.set(stack, own);
      own.count += profile.values[0]!.values[i]!;
      own.ns += profile.values[1]!.values[i]!;
    }
  return found;
}

function differing(name: string, found: StaysByStack, expected: StaysByStack): string[] {
  const none = { count: 0, ns: 0 };
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((stack) => {
    const [is, should] = [found.get(stack) ?? none, expected.get(stack) ?? none];
    if (is.count === should.count && is.ns === should.ns) return [];
    return [
      `${name}: ${is.count} stays of ${is.ns} ns, not ${should.count} of ${should.ns} ns, at [${stack.slice(0, 80)}]`,
    ];
  });
}
