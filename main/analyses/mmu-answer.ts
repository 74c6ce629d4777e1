import type { MmuAnalysis, MmuPoint, WorstWindow } from '#common/analyses/mmu-analysis.ts';
import type { AnalysisParams } from '#common/analyses/registry.ts';
import type { Utilization, UtilizationFlag } from '#common/collector-work.ts';
import { Failure } from '#common/errors.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { Answer } from './answers.ts';
import { selectionOf } from './selection.ts';

const usualFlags: readonly UtilizationFlag[] = ['stw', 'background', 'assist'];
const usualWorst = 10;
const samples = 100;
/** As Go's page asks for them. */
const shares = [1 - 0.999, 1 - 0.99, 1 - 0.95];

export const mmuAnswer: Answer<'mmu'> = function* (inputs, params): Generator<void, MmuAnalysis> {
  refuseGoroutines(params);
  const { flags = usualFlags, perProc: perProcessor = false, asGo = false } = params;
  const { from, until } = selectionOf(inputs, params);
  const known = yield* inputs.collector.utilization({
    flags: new Set(flags),
    perProcessor,
    asGo,
    from,
    until,
  });
  if (known === undefined) throw goFails();
  const { firstNs, lastNs, mean } = known;
  const asked = { flags, perProcessor, asGo };
  if (!(lastNs > firstNs))
    return { ...asked, fromNs: traceNs(from), untilNs: traceNs(until), mean: null, curve: [] };
  const point = pointOf(known, params.percentiles === true);
  const curve: MmuPoint[] = [];
  for (const length of lengths(known)) {
    curve.push(point(length));
    yield;
  }
  const length = params.window;
  const worst =
    length === undefined ? [] : yield* worstOf(known, length, params.worst ?? usualWorst, perProcessor);
  return {
    ...asked,
    fromNs: traceNs(firstNs),
    untilNs: traceNs(lastNs),
    mean,
    curve,
    ...(length === undefined ? {} : { window: { ...point(Math.max(1, length)), worst } }),
  };
};

function refuseGoroutines({ goroutines, groups, text, task, region }: AnalysisParams<'mmu'>): void {
  if ([goroutines, groups, text, task, region].every((one) => one === undefined)) return;
  throw new Failure(
    'bad-parameters',
    'Mutator utilization is about processors, so it cannot be narrowed down to goroutines; only to a time.',
  );
}

const goFails = (): Failure =>
  new Failure(
    'bad-parameters',
    'go tool trace fails on this trace: a goroutine that it takes for a mark worker stops without a processor.',
  );

const pointOf =
  (known: Utilization, withPercentiles: boolean) =>
  (length: number): MmuPoint => {
    const minimum = known.minimum(length);
    if (!withPercentiles) return { windowNs: durNs(length), minimum };
    // They are found to some 10^−12.
    const found = known.quantiles(length, shares).map((value) => Math.max(minimum, value));
    const [p999 = minimum, p99 = minimum, p95 = minimum] = found;
    return { windowNs: durNs(length), minimum, p999, p99, p95 };
  };

/** From where it is next to nothing, over six powers of ten: the lengths that Go's page shows (source: traceviewer/mmu.go). */
function lengths(known: Utilization): readonly number[] {
  const whole = known.lastNs - known.firstNs;
  let shortest = 1e9;
  while (shortest > 1 && known.minimum(shortest) >= 0.0001) shortest /= 1000;
  const longest = Math.min(shortest * 1e6, whole);
  const [low, high] = [Math.log(shortest), Math.log(longest)];
  return Array.from({ length: samples }, (_, i) =>
    Math.max(1, Math.trunc(Math.exp((i / (samples - 1)) * (high - low) + low))),
  );
}

function* worstOf(
  known: Utilization,
  length: number,
  count: number,
  perProcessor: boolean,
): Generator<void, WorstWindow[]> {
  const found: WorstWindow[] = [];
  for (const { startNs, endNs, utilization, processor } of known.worst(Math.max(1, length), count)) {
    found.push({
      startNs: traceNs(startNs),
      endNs: traceNs(endNs),
      utilization,
      ...(perProcessor ? { processor } : {}),
    });
    yield;
  }
  return found;
}
