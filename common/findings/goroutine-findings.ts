/** Where goroutines wait, and goroutines that are too many, too short, or never done. */
import { framesOf } from '../analyses/stack-profile.ts';
import type { CounterAnalysis } from '../analyses/counter-analysis.ts';
import type { ProfileStays } from '../analyses/profile-analysis.ts';
import { inThrees, plain, shareText } from '../quantity-text.ts';
import { isRuntimeOwn } from '../runtime-goroutines.ts';
import { durNs } from '../units.ts';
import { programFunction, sumOf, waitTimes, type WallPlace } from '../wall-places.ts';
import { sampled } from './collector-findings.ts';
import { durationWords, lengthNs, severityOf, type Finding, type Observed } from './finding.ts';
import { thresholds } from './thresholds.ts';

const isOnLock = ({ state, functions }: WallPlace): boolean =>
  state === 'sync' && functions.some((name) => /^(internal\/)?sync\.\(\*(RW)?Mutex\)\.(r?lock)/i.test(name));

export function lockContention(observed: Observed): Finding | undefined {
  const locked = observed.places?.filter(isOnLock) ?? [];
  const [worst] = waitTimes(locked);
  const goroutines = sumOf(locked) / lengthNs(observed);
  const severity = severityOf(goroutines, thresholds.lockedGoroutines);
  if (!worst || !severity) return undefined;
  return {
    rule: 'lock-contention',
    severity,
    weight: 1 - 1 / (1 + goroutines),
    title: 'Goroutines wait for locks',
    text: [
      `${goroutines.toPrecision(2)} on the mean. Most of it in `,
      { function: worst.function },
      `: ${inThrees(worst.count)} waits, ${durationWords(worst.ns)} together.`,
    ],
    figure: { kind: 'duration', ns: durNs(sumOf(locked)) },
    figureName: 'waited',
    link: { page: 'blocking', kind: 'sync', function: worst.function },
  };
}

export function waitingPlace(observed: Observed): Finding | undefined {
  const waits = observed.places?.filter((place) => place.state === 'sync' && !isOnLock(place)) ?? [];
  const [worst] = waitTimes(waits);
  const share = worst ? worst.ns / sumOf(waits) : 0;
  const goroutines = (worst?.ns ?? 0) / lengthNs(observed);
  const least = thresholds.waitingPlace;
  if (!worst || share < least.share || goroutines < least.goroutines) return undefined;
  return {
    rule: 'waiting-place',
    severity: 'note',
    weight: share / 10,
    title: 'Much of the waiting is in one place',
    text: [
      { function: worst.function },
      ` has ${plain(shareText(share))} of the waiting for channels and conditions: ${inThrees(worst.count)} waits, ${goroutines.toPrecision(3)} goroutines on the mean.`,
    ],
    figure: { kind: 'duration', ns: durNs(worst.ns) },
    figureName: 'waited',
    link: { page: 'blocking', kind: 'sync', function: worst.function },
  };
}

export function slowSyscalls(observed: Observed): Finding | undefined {
  const { meanNs, share } = thresholds.slowSyscalls;
  const calls = waitTimes(observed.places?.filter(({ state }) => state === 'syscall') ?? []);
  const worst = calls.find(
    ({ ns, count }) => ns / Math.max(1, count) >= meanNs && ns / lengthNs(observed) >= share,
  );
  if (!worst) return undefined;
  return {
    rule: 'slow-syscalls',
    severity: 'warning',
    weight: worst.ns / (worst.ns + lengthNs(observed)),
    title: 'System calls take long',
    text: [
      `${inThrees(worst.count)} in `,
      { function: worst.function },
      `, ${durationWords(worst.ns / Math.max(1, worst.count))} each on the mean.`,
    ],
    figure: { kind: 'duration', ns: durNs(worst.ns) },
    figureName: 'in system calls',
    link: { page: 'blocking', kind: 'syscall', function: worst.function },
  };
}

export function shortGoroutines(observed: Observed): Finding | undefined {
  const least = thresholds.shortGoroutines;
  const seconds = lengthNs(observed) / 1e9;
  const [worst] = (observed.groups ?? [])
    .filter(({ count, execNs }) => count >= least.count && execNs / count <= least.runNs)
    .filter(({ name, count }) => !isRuntimeOwn(name) && count / seconds >= least.perSecond)
    // Else they are not started here, they merely live here.
    .filter(({ totalNs, count }) => totalNs / count <= lengthNs(observed) * least.lifeShare)
    .sort((a, b) => b.count - a.count);
  if (!worst) return undefined;
  return {
    rule: 'short-goroutines',
    severity: 'warning',
    weight: worst.execNs / lengthNs(observed),
    title: 'Very many short goroutines',
    text: [
      { function: worst.name },
      ` is started about ${inThrees(worst.count / seconds)} times a second; each runs ${durationWords(worst.execNs / worst.count)} and lives ${durationWords(worst.totalNs / worst.count)} on the mean.`,
    ],
    figure: { kind: 'count', count: worst.count },
    figureName: 'goroutines',
    link: { page: 'goroutines', group: worst.name },
  };
}

/** How many goroutines there are, of all states: the mean of each step. */
export function aliveOverTime({ goroutines }: CounterAnalysis): readonly number[] {
  const states = goroutines.states.length;
  return Array.from({ length: goroutines.mean.length / states }, (_, step) =>
    goroutines.mean.subarray(step * states, (step + 1) * states).reduce((sum, mean) => sum + mean, 0),
  );
}

/** There were at least so many at once: the greatest mean of a step, or the greatest number of any one state. */
export const atOnce = (counters: CounterAnalysis): number =>
  [...aliveOverTime(counters), ...counters.goroutines.greatest].reduce(
    (most, one) => (one > most ? one : most),
    0,
  );

export function pileUp(observed: Observed): Finding | undefined {
  const alive = observed.counters ? aliveOverTime(observed.counters) : [];
  const edge = Math.max(1, Math.floor(alive.length / 20));
  const mean = (part: readonly number[]): number => part.reduce((sum, one) => sum + one, 0) / part.length;
  const [before, after] = [mean(alive.slice(0, edge)), mean(alive.slice(-edge))];
  const { factor, least } = thresholds.pileUp;
  if (alive.length < 8 || after < before * factor || after - before < least) return undefined;
  const place = stayingPlace(observed.waits?.parts.open);
  return {
    rule: 'pile-up',
    severity: 'warning',
    weight: 1 - before / after,
    title: 'Goroutines pile up',
    text: [
      `About ${inThrees(before)} at the beginning, ${inThrees(after)} at the end.`,
      ...(place ? [` ${inThrees(place.count)} wait in `, { function: place.function }, ' at last.'] : []),
    ],
    figure: { kind: 'count', count: Math.round(after - before) },
    figureName: 'more',
    course: sampled(alive),
    link: { page: 'goroutines' },
  };
}

export function stuckGoroutines(observed: Observed): Finding | undefined {
  const place = stayingPlace(observed.waits?.parts.open);
  const { count, share } = thresholds.stuck;
  if (!place || place.count < count) return undefined;
  const part = place.ns / (place.count * lengthNs(observed));
  if (part < share) return undefined;
  return {
    rule: 'stuck-goroutines',
    severity: 'note',
    weight: part / 20,
    title: 'Goroutines that never go on',
    text: [
      `${inThrees(place.count)} wait in `,
      { function: place.function },
      `, for ${plain(shareText(part))} of the time on the mean, and still do at the end.`,
    ],
    figure: { kind: 'count', count: place.count },
    figureName: 'goroutines',
    link: { page: 'goroutines' },
  };
}

/** Where most waits go on at the end. */
function stayingPlace(
  open: ProfileStays | undefined,
): { readonly function: string; readonly count: number; readonly ns: number } | undefined {
  const places = new Map<string, { function: string; count: number; ns: number }>();
  open?.stacks.forEach((_, stack) => {
    const functions = framesOf(open.profile, stack).map((frame) => frame.function);
    const name = programFunction(functions);
    if (functions.length === 0 || functions.every((one) => one.startsWith('runtime.'))) return;
    const place = places.get(name) ?? { function: name, count: 0, ns: 0 };
    place.count += open.profile.values[0]!.values[stack]!;
    place.ns += open.profile.values[1]!.values[stack]!;
    places.set(name, place);
  });
  return [...places.values()].sort((a, b) => b.count - a.count)[0];
}
