import type { MmuAnalysis, MmuPoint } from '#common/analyses/mmu-analysis.ts';
import { durationText, pointText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import { shown, textTable } from '../output.ts';
import { tsvLines, type Presentation } from '../presentation.ts';

/** Of the curve people see so many lengths; json and tsv have all. */
const shownSamples = 12;

export const mmu: Presentation<'mmu'> = {
  *text(result) {
    const { mean, curve, window, fromNs, untilNs } = result;
    yield summary(result);
    if (mean === null) {
      yield 'The trace says nothing of processors there.\n';
      return;
    }
    yield `\n${textTable([header(curve), ...shownOf(curve).map(row)], figures)}`;
    if (window === undefined) return;
    yield `\n${textTable([header([window]), row(window)], figures)}`;
    yield `\nWorst windows of ${shown(durationText(window.windowNs))} that do not overlap, of ${shown(
      durationText(durNs(untilNs - fromNs)),
    )}\n`;
    yield worstTable(window.worst);
  },
  *tsv({ curve, window }) {
    if (window === undefined) {
      yield* tsvLines(
        ['window_ns', 'minimum', 'p999', 'p99', 'p95'],
        curve.map(({ windowNs, minimum, p999, p99, p95 }) => [windowNs, minimum, p999, p99, p95]),
      );
      return;
    }
    yield* tsvLines(
      ['start_ns', 'end_ns', 'utilization', 'processor'],
      window.worst.map(({ startNs, endNs, utilization, processor }) => [
        startNs,
        endNs,
        utilization,
        processor,
      ]),
    );
  },
};

const figures = new Set([0, 1, 2, 3, 4]);

function summary({ flags, perProcessor, asGo, mean }: MmuAnalysis): string {
  const lines = [
    ['Counted', flags.length === 0 ? 'nothing' : flags.join(', ')],
    ['Of', perProcessor ? 'each processor by itself' : 'all processors together'],
    ...(asGo ? [['Computed', 'as by go tool trace, mistakes included']] : []),
    ...(mean === null ? [] : [['Left to the program', `${percent(mean)} over all`]]),
  ];
  return textTable(lines, new Set());
}

const header = ([first]: readonly MmuPoint[]): string[] => [
  'Window',
  'Minimum',
  ...(first?.p999 === undefined ? [] : ['99.9 % have', '99 % have', '95 % have']),
];

const row = ({ windowNs, minimum, p999, p99, p95 }: MmuPoint): string[] => [
  shown(durationText(windowNs)),
  ...[minimum, p999, p99, p95].flatMap((share) => (share === undefined ? [] : [percent(share)])),
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const shownOf = (curve: readonly MmuPoint[]): readonly MmuPoint[] =>
  Array.from(
    { length: Math.min(shownSamples, curve.length) },
    (_, i) => curve[Math.round((i * (curve.length - 1)) / (shownSamples - 1))]!,
  );

function worstTable(worst: NonNullable<MmuAnalysis['window']>['worst']): string {
  const rows = worst.map(({ startNs, endNs, utilization, processor }) => [
    shown(pointText(startNs)),
    shown(pointText(endNs)),
    percent(utilization),
    ...(processor === undefined ? [] : [`P${processor}`]),
  ]);
  const named = worst[0]?.processor === undefined ? [] : ['Processor'];
  return textTable([['From', 'Until', 'Utilization', ...named], ...rows], figures);
}
