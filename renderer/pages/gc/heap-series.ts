import type { ValueSeries } from '#common/analyses/timeline-results.ts';
import type { LineSeries } from '../../widgets/line-chart.ts';

type Look = Omit<LineSeries, 'at' | 'values' | 'least' | 'greatest' | 'form'>;

/** A value of the trace as a line: every change, or of steps the last value with the least and the greatest around it. */
export function lineOfValues(series: ValueSeries, look: Look): LineSeries {
  if (series.kind === 'changes') return { ...look, form: 'step', at: series.times, values: series.values };
  const { level, first, count, before } = series;
  const at = Float64Array.from({ length: count }, (_, bucket) => (first + bucket) * 2 ** level);
  const [values, least, greatest] = [series.last.slice(), series.least.slice(), series.greatest.slice()];
  let last = before;
  for (let bucket = 0; bucket < count; bucket++) {
    // Where nothing changes, what was in effect still is.
    if (Number.isNaN(values[bucket]!)) values[bucket] = least[bucket] = greatest[bucket] = last;
    last = values[bucket]!;
  }
  return { ...look, form: 'step', at, values, least, greatest };
}
