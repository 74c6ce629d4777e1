/** Asks every analysis about a trace, whole and in a random window, and says what in an answer cannot be. */
import { profileKinds } from '#common/analyses/profile-analysis.ts';
import type { AnalysisName, AnalysisParams } from '#common/analyses/registry.ts';
import { Failure } from '#common/errors.ts';
import { goId, traceKey, type GoId } from '#common/ids.ts';
import { analysisMethod, type AnalysisMethod } from '#common/rpc/contract.ts';
import { traceNs, type TraceNs } from '#common/units.ts';
import type { OpenAnalyses } from '#main/analyses/handlers.ts';
import type { Random } from './random.ts';

const trace = traceKey('fuzz');
const context = { signal: new AbortController().signal, report: () => undefined };
const mostMs = 10_000;

type Question = { readonly [N in AnalysisName]: readonly [N, AnalysisParams<N>] }[AnalysisName];

export interface Asked {
  readonly durationNs: number;
  readonly goroutine?: number;
  readonly group?: string;
}

/** Throws what the program may not throw, and for an answer that cannot be. */
export async function askAnalyses(analyses: OpenAnalyses, random: Random, about: Asked): Promise<void> {
  for (const [name, params] of questions(random, about)) {
    const before = performance.now();
    const answer = await answerOrFailure(analyses, analysisMethod(name), params);
    if (performance.now() - before > mostMs)
      throw new Error(`${name} takes ${performance.now() - before} ms`);
    const odd = oddNumber(answer, name);
    if (odd !== undefined) throw new Error(`${odd} asked with ${JSON.stringify(params)}`);
  }
  for (let i = 0; i < linksAsked && about.goroutine !== undefined; i++)
    await askLinks(analyses, random, about);
}

/** Points in time in which a goroutine is asked with whom it hangs together. */
const linksAsked = 5;

async function askLinks(
  analyses: OpenAnalyses,
  random: Random,
  { durationNs, goroutine }: Asked,
): Promise<void> {
  const before = performance.now();
  const params = { goroutine, at: random.below(durationNs + 1) };
  const odd = oddNumber(await answerOrFailure(analyses, 'timeline.links', params), 'links');
  if (odd !== undefined) throw new Error(`${odd} asked with ${JSON.stringify(params)}`);
  if (performance.now() - before > mostMs)
    throw new Error(`timeline.links takes ${performance.now() - before} ms`);
}

async function answerOrFailure(
  analyses: OpenAnalyses,
  method: AnalysisMethod | 'timeline.links',
  params: object,
): Promise<unknown> {
  const ask = analyses[method] as (params: object, how: typeof context) => Promise<unknown>;
  try {
    return await ask({ trace, ...params }, context);
  } catch (error) {
    // It may not know a name, or lack an event; but the stored trace is sound.
    if (error instanceof Failure && error.code !== 'cache-damaged' && error.code !== 'cache-unusable')
      return error.message;
    throw error;
  }
}

function questions(random: Random, { durationNs, goroutine, group }: Asked): readonly Question[] {
  const [a, b] = [random.below(durationNs + 1), random.below(durationNs + 1)];
  const window = { from: traceNs(Math.min(a, b)), until: traceNs(Math.max(a, b)) };
  const scopes: readonly Scope[] = [{}, window];
  const chosen: readonly Scope[] = [
    ...(goroutine === undefined ? [] : [{ ...window, goroutines: [goId(goroutine)] }]),
    ...(group === undefined ? [] : [{ groups: [group] }]),
  ];
  return [
    ...scopes.flatMap(ofEverybody),
    ...[...scopes, ...chosen].flatMap(ofSome),
    ...chosen.flatMap((scope): Question[] => [['goroutines', { ...scope, by: 'group' }]]),
  ];
}

interface Scope {
  readonly from?: TraceNs;
  readonly until?: TraceNs;
  readonly goroutines?: GoId[];
  readonly groups?: string[];
}

const ofEverybody = (scope: Scope): Question[] => [
  ['scheduler', scope],
  ['mmu', scope],
  ['mmu', { ...scope, asGo: true }],
];

const ofSome = (scope: Scope): Question[] => [
  ['goroutines', scope],
  ['goroutines', { ...scope, by: 'group' }],
  ...profileKinds.flatMap((kind): Question[] => [
    ['profile', { ...scope, kind }],
    ['profile', { ...scope, kind, asGo: true }],
  ]),
  ['wall', scope],
  ['samples', scope],
  ['counters', scope],
  ['gc', scope],
  ['regions', scope],
  ['regions', { ...scope, each: true }],
  ['tasks', scope],
  ['tasks', { ...scope, each: true }],
];

/** Where a number is not finite, or a time or count below zero. */
function oddNumber(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') return isOdd(value, path) ? `${path} is ${value},` : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  const entries = ArrayBuffer.isView(value)
    ? [...(value as Float64Array).entries()]
    : Object.entries(value as Readonly<Record<string, unknown>>);
  for (const [key, one] of entries) {
    const odd = oddNumber(one, `${path}.${key}`);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** In columns NaN says that there is no value. */
const isOdd = (value: number, path: string): boolean =>
  (Number.isNaN(value) && !/\.\d+$/.test(path)) ||
  Math.abs(value) === Infinity ||
  (value < 0 && /(?:Ns|\.ns|[cC]ount|\.values\.\d+)$/.test(path));
