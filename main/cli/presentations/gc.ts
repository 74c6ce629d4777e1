import type {
  GcAnalysis,
  GcAssistSums,
  GcCycle,
  GcPause,
  GcSweepSums,
  OfGoroutine,
  OfGroup,
} from '#common/analyses/gc-analysis.ts';
import { durationText, pointText, sizeText } from '#common/quantity-text.ts';
import { bytes, durNs, type DurNs } from '#common/units.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { inert, tsvLines, type Presentation } from '../presentation.ts';

const textRows = 50;

export const gc: Presentation<'gc'> = {
  defaults: (format) => ({
    limit: format === 'text' ? textRows : 0,
    ...(format === 'json' ? { columns: 200 } : {}),
  }),
  *text(result) {
    const { cycles, cycleCount, pauseKinds, assists, sweeps, waits } = result;
    yield summary(result);
    if (pauseKinds.length > 0) yield titled('Pauses by kind', kindTable(pauseKinds));
    if (cycles.length > 0) yield titled(`Cycles${some(cycles.length, cycleCount)}`, cycleTable(cycles));
    if (assists.groups.length > 0)
      yield titled('Mark assists', groupTable(assists.groups, assistCells, assistHeader));
    if (sweeps.groups.length > 0)
      yield titled('Sweeping', groupTable(sweeps.groups, sweepCells, sweepHeader));
    if (waits && waits.length > 0)
      yield titled(
        'Waited for the collector',
        textTable(
          [
            ['Start function', 'Goroutines', 'Total'],
            ...waits
              .slice(0, textRows)
              .map(({ name, goroutines, waitNs }) => [named(name), exactCount(goroutines), time(waitNs)]),
          ],
          new Set([1, 2]),
        ),
      );
  },
  tsv: (result, { table = 'cycles' }) => tables[table](result),
};

const time = (length: DurNs | null): string => (length === null ? '–' : shown(durationText(length)));
const size = (count: number | null): string => (count === null ? '–' : shown(sizeText(bytes(count))));
const named = (name: string): string => (name === '' ? '(no name known)' : inert(name));
const titled = (title: string, table: string): string => `\n${title}\n${table}`;
const some = (shownCount: number, all: number): string =>
  shownCount < all ? ` (the first ${exactCount(shownCount)} of ${exactCount(all)}; --limit 0 for all)` : '';
const sum = (lengths: readonly DurNs[]): DurNs => durNs(lengths.reduce((so, one) => so + one, 0));

function summary({
  fromNs,
  untilNs,
  cycleCount,
  markNs,
  pauseKinds,
  workers,
  assists,
  sweeps,
  pauseCount,
}: GcAnalysis): string {
  const { dedicatedNs, fractionalNs, idleNs } = workers;
  return textTable(
    [
      ['Time', shown(durationText(durNs(untilNs - fromNs)))],
      ['Cycles', exactCount(cycleCount)],
      ['Marking', time(markNs)],
      ['Pauses', `${exactCount(pauseCount)}, ${time(sum(pauseKinds.map(({ totalNs }) => totalNs)))} in all`],
      [
        'Mark workers',
        `${time(dedicatedNs)} dedicated, ${time(fractionalNs)} fractional, ${time(idleNs)} idle`,
      ],
      [
        'Mark assists',
        `${exactCount(assists.count)}, ${time(assists.totalNs)} in all, of it ${time(assists.ranNs)} running`,
      ],
      [
        'Sweeping',
        `${exactCount(sweeps.count)}, ${time(sweeps.totalNs)} in all, ${size(sweeps.sweptBytes)} swept, ${size(sweeps.reclaimedBytes)} reclaimed`,
      ],
    ],
    new Set(),
  );
}

const kindTable = (kinds: GcAnalysis['pauseKinds']): string =>
  textTable(
    [
      ['Kind', 'Count', 'Total', 'p50', 'p99', 'Longest'],
      ...kinds.map(({ kind, count, totalNs, p50Ns, p99Ns, maxNs }) => [
        inert(kind),
        exactCount(count),
        time(totalNs),
        time(p50Ns),
        time(p99Ns),
        time(maxNs),
      ]),
    ],
    new Set([1, 2, 3, 4, 5]),
  );

const cycleTable = (cycles: readonly GcCycle[]): string =>
  textTable(
    [
      [
        'Cycle',
        'Begins',
        'Sweep term.',
        'Marking',
        'Mark term.',
        'Heap',
        'After',
        'Goal',
        'Dedicated',
        'Fractional',
        'Idle',
        'Assists',
        '',
      ],
      ...cycles.map((one) => [
        String(one.number),
        shown(pointText(one.startNs)),
        time(one.sweepTerminationNs),
        time(one.concurrentMarkNs),
        time(one.markTerminationNs),
        size(one.startBytes),
        size(one.endBytes),
        size(one.goalBytes),
        time(one.dedicatedNs),
        time(one.fractionalNs),
        time(one.idleNs),
        time(one.assistNs),
        cutNote(one),
      ]),
    ],
    new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
  );

function cutNote({ isCutBefore, isCutAfter }: Pick<GcCycle, 'isCutBefore' | 'isCutAfter'>): string {
  if (isCutBefore) return isCutAfter ? 'began before and ends after the trace' : 'began before the trace';
  return isCutAfter ? 'ends after the trace' : '';
}

const groupTable = <S extends object>(
  groups: readonly OfGroup<S>[],
  cells: (sums: S) => readonly string[],
  header: readonly string[],
): string =>
  textTable(
    [
      ['Start function', 'Goroutines', ...header],
      ...groups.map((group) => [named(group.name), exactCount(group.goroutines), ...cells(group)]),
    ],
    new Set([1, 2, 3, 4, 5, 6, 7]),
  );

const assistHeader = ['Count', 'Total', 'Running', 'Longest'];
const assistCells = ({ count, totalNs, ranNs, longestNs }: GcAssistSums): readonly string[] => [
  exactCount(count),
  time(totalNs),
  time(ranNs),
  time(longestNs),
];
const sweepHeader = ['Count', 'Total', 'Longest', 'Swept', 'Reclaimed'];
const sweepCells = ({
  count,
  totalNs,
  longestNs,
  sweptBytes,
  reclaimedBytes,
}: GcSweepSums): readonly string[] => [
  exactCount(count),
  time(totalNs),
  time(longestNs),
  size(sweptBytes),
  size(reclaimedBytes),
];

// --- tsv ---

const tables: Readonly<
  Record<
    'cycles' | 'pauses' | 'kinds' | 'assists' | 'sweeps' | 'waits',
    (result: GcAnalysis) => Iterable<string>
  >
> = {
  cycles: ({ cycles }) =>
    tsvLines(
      [
        'cycle',
        'start_ns',
        'end_ns',
        'cut_before',
        'cut_after',
        'sweep_termination_ns',
        'concurrent_mark_ns',
        'mark_termination_ns',
        'start_bytes',
        'end_bytes',
        'goal_bytes',
        'next_goal_bytes',
        'dedicated_ns',
        'fractional_ns',
        'idle_ns',
        'assist_ns',
      ],
      cycles.map((one) => [
        one.number,
        one.startNs,
        one.endNs,
        Number(one.isCutBefore),
        Number(one.isCutAfter),
        one.sweepTerminationNs,
        one.concurrentMarkNs,
        one.markTerminationNs,
        one.startBytes,
        one.endBytes,
        one.goalBytes,
        one.nextGoalBytes,
        one.dedicatedNs,
        one.fractionalNs,
        one.idleNs,
        one.assistNs,
      ]),
    ),
  pauses: ({ pauses }) =>
    tsvLines(
      ['start_ns', 'duration_ns', 'kind', 'goroutine', 'goroutine_name', 'cut_before', 'cut_after'],
      pauses.map((one: GcPause) => [
        one.startNs,
        one.durationNs,
        one.kind,
        one.goroutine,
        one.goroutineName,
        Number(one.isCutBefore),
        Number(one.isCutAfter),
      ]),
    ),
  kinds: ({ pauseKinds }) =>
    tsvLines(
      ['kind', 'count', 'total_ns', 'p50_ns', 'p99_ns', 'max_ns'],
      pauseKinds.map((one) => [one.kind, one.count, one.totalNs, one.p50Ns, one.p99Ns, one.maxNs]),
    ),
  assists: ({ assists }) =>
    tsvLines(
      ['goroutine', 'name', 'count', 'total_ns', 'ran_ns', 'longest_ns'],
      assists.goroutines.map((one: OfGoroutine<GcAssistSums>) => [
        one.goroutine,
        one.name,
        one.count,
        one.totalNs,
        one.ranNs,
        one.longestNs,
      ]),
    ),
  sweeps: ({ sweeps }) =>
    tsvLines(
      ['goroutine', 'name', 'count', 'total_ns', 'longest_ns', 'swept_bytes', 'reclaimed_bytes'],
      sweeps.goroutines.map((one: OfGoroutine<GcSweepSums>) => [
        one.goroutine,
        one.name,
        one.count,
        one.totalNs,
        one.longestNs,
        one.sweptBytes,
        one.reclaimedBytes,
      ]),
    ),
  waits: ({ waits }) =>
    tsvLines(
      ['name', 'goroutines', 'wait_ns'],
      (waits ?? []).map(({ name, goroutines, waitNs }) => [name, goroutines, waitNs]),
    ),
};
