/**
 * Where all time of goroutines went, by whose it was and where in the program they were:
 *
 *     group 'main.worker', state 'sync', stack main.worker → shop.(*Store).Put → sync.(*Mutex).Lock, 300 ns
 *     is a place {group: 'main.worker', state: 'sync', function: 'shop.(*Store).Put', ns: 300}
 */
import { framesOf } from './analyses/stack-profile.ts';
import type { WallAnalysis } from './analyses/wall-analysis.ts';
import { stateClasses, type StateClass } from './goroutine-state.ts';
import { isRuntimeOwn } from './runtime-goroutines.ts';
import { frameInk } from './timeline/stack-drawing.ts';

/** One row of the wall-clock profile. */
export interface WallPlace {
  /** Start function. */
  readonly group: string;
  readonly state: StateClass;
  /** In whose code the goroutines were: the innermost function that is not Go's own. */
  readonly function: string;
  /** The whole stack, leaf first. */
  readonly functions: readonly string[];
  readonly count: number;
  readonly ns: number;
}

/** The longest first. */
export function wallPlaces({ profile, states }: WallAnalysis): readonly WallPlace[] {
  const [counts, times] = profile.values;
  return Array.from(states, (state, row) => {
    const functions = framesOf(profile, row).map((frame) => frame.function);
    return {
      group: functions.at(-1) ?? '',
      state: stateClasses[state]!,
      function: programFunction(functions),
      functions,
      count: counts!.values[row]!,
      ns: times!.values[row]!,
    };
  });
}

/** The innermost function that is the program's or a library's; else the innermost that is not the runtime's, else the outermost. */
export function programFunction(functions: readonly string[]): string {
  const inks = functions.map((name) => frameInk(name, []));
  const own = inks.findIndex((ink) => ink === 'frame-own' || ink === 'frame-dep');
  const library = inks.indexOf('frame-std');
  return functions[own >= 0 ? own : library] ?? functions.at(-1) ?? '';
}

export interface GroupTime {
  readonly name: string;
  readonly ns: number;
  readonly byState: Readonly<Record<StateClass, number>>;
}

/** Start functions, those that ran longest first. */
export function groupTimes(places: readonly WallPlace[]): readonly GroupTime[] {
  const groups = new Map<string, WallPlace[]>();
  for (const place of places) {
    const own = groups.get(place.group);
    if (own) own.push(place);
    else groups.set(place.group, [place]);
  }
  return [...groups]
    .map(([name, own]) => ({ name, ns: sumOf(own), byState: timeByState(own) }))
    .sort((a, b) => b.byState.running - a.byState.running || b.ns - a.ns);
}

export function timeByState(places: readonly WallPlace[]): Readonly<Record<StateClass, number>> {
  const sums = Object.fromEntries(stateClasses.map((state) => [state, 0])) as Record<StateClass, number>;
  for (const { state, ns } of places) sums[state] += ns;
  return sums;
}

/** All but those of the runtime's own goroutines. */
export const ofProgram = (places: readonly WallPlace[]): readonly WallPlace[] =>
  places.filter(({ group }) => !isRuntimeOwn(group));

export interface WaitTime {
  readonly state: StateClass;
  readonly function: string;
  readonly count: number;
  readonly ns: number;
}

const notWaiting: readonly StateClass[] = ['running', 'runnable'];

/** Where goroutines were kept from running, by function and state; the longest in all first. */
export function waitTimes(places: readonly WallPlace[]): readonly WaitTime[] {
  const waits = new Map<string, WaitTime>();
  for (const { state, function: name, count, ns } of places) {
    if (notWaiting.includes(state)) continue;
    const key = `${state} ${name}`;
    const before = waits.get(key);
    const sums = { count: count + (before?.count ?? 0), ns: ns + (before?.ns ?? 0) };
    waits.set(key, { state, function: name, ...sums });
  }
  return [...waits.values()].sort((a, b) => b.ns - a.ns);
}

export const sumOf = (parts: readonly { readonly ns: number }[]): number =>
  parts.reduce((sum, { ns }) => sum + ns, 0);
