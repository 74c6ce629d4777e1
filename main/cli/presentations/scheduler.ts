import type {
  ProcessorUse,
  SchedulerAnalysis,
  SchedulingDelay,
} from '#common/analyses/scheduler-analysis.ts';
import { processorStates } from '#common/lane-kinds.ts';
import { durationText, pointDigits, pointText, shareText } from '#common/quantity-text.ts';
import { durNs, traceNs } from '#common/units.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { inert, tsvLines, type Presentation } from '../presentation.ts';

const duration = (ns: number): string => shown(durationText(durNs(ns)));
const share = (part: number, whole: number): string => shown(shareText(whole > 0 ? part / whole : 0));
/** Numbers of goroutines: `12`, `3.4`, `0.05`. */
const number = (value: number): string =>
  Number.isNaN(value) ? '' : value >= 999.5 ? exactCount(value) : Number(value.toPrecision(3)).toString();

const states = processorStates.length;
const running = processorStates.indexOf('running');
const sum = (all: Iterable<number>): number => [...all].reduce((so, one) => so + one, 0);

export const scheduler: Presentation<'scheduler'> = {
  *text(result) {
    const { fromNs, untilNs, queue, idleWhileRunnable, steals, processors } = result;
    const window = untilNs - fromNs;
    const { ns, worldStoppedNs } = idleWhileRunnable;
    yield textTable(
      [
        ['Window', duration(window), ''],
        ['Goroutines that could run, on average', number(queue.meanGoroutines), ''],
        ['  at most', exactCount(queue.greatestGoroutines), ''],
        ['  waiting time of all together', duration(queue.waitNs), ''],
        ['A processor idle while one could run', duration(ns), share(ns, window)],
        ['  of that with the world stopped', duration(worldStoppedNs), share(worldStoppedNs, window)],
        ['Processors taken from system calls', exactCount(steals.count), ''],
      ],
      new Set([1, 2]),
    );
    yield '\n';
    yield textTable(
      [
        ['Processor', ...processorStates.flatMap((state) => [capital(state), '%']), 'Running over time'],
        ...processors.map((use) => processorRow(use, result)),
      ],
      new Set(Array.from({ length: 2 * states }, (_, i) => i + 1)),
    );
    if (result.delays.length > 0) yield `\n${delayTable(result.delays)}`;
    yield '\n';
    yield overTime(result);
  },
  tsv: (result) =>
    tsvLines(
      [
        'startNs',
        'endNs',
        'runnableNs',
        'leastRunnable',
        'greatestRunnable',
        'idleWhileRunnableNs',
        'steals',
        ...result.processors.flatMap(({ id }) => processorStates.map((state) => `p${id}.${state}Ns`)),
      ],
      rowsOverTime(result),
    ),
};

function delayTable(delays: readonly SchedulingDelay[]): string {
  const rows = delays.map(({ goroutine, name, startNs, ns, madeRunnableAt }) => [
    duration(ns),
    shown(pointText(startNs, 6)),
    `G${goroutine}`,
    inert(name),
    madeRunnableAt ? inert(`${madeRunnableAt.function} ${madeRunnableAt.file}:${madeRunnableAt.line}`) : '',
  ]);
  const head = ['Longest delays', 'From', 'Goroutine', 'Start function', 'Made runnable at'];
  return textTable([head, ...rows], new Set([0, 1, 2]));
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

function processorRow({ id, ns, overTime: over }: ProcessorUse, { coveredNs }: SchedulerAnalysis): string[] {
  const there = sum(ns);
  const heat = Array.from(coveredNs, (covered, i) => shade(over[i * states + running]!, covered));
  return [`P${id}`, ...[...ns].flatMap((one) => [duration(one), share(one, there)]), `|${heat.join('')}|`];
}

const shades = ' ▁▂▃▄▅▆▇█';
/** Blank only where there is nothing at all. */
const shade = (part: number, whole: number): string =>
  part <= 0 ? ' ' : shades[Math.max(1, Math.min(8, Math.round((part / whole) * 8)))]!;

function overTime({ buckets, coveredNs, queue, idleWhileRunnable, steals }: SchedulerAnalysis): string {
  const { level, first, count } = buckets;
  const digits = pointDigits(2 ** level / 10);
  const rows = Array.from({ length: count }, (_, i) => [
    shown(pointText(traceNs((first + i) * 2 ** level), digits)),
    number(queue.overTime.ns[i]! / coveredNs[i]!),
    number(queue.overTime.least[i]!),
    number(queue.overTime.greatest[i]!),
    duration(idleWhileRunnable.overTime[i]!),
    share(idleWhileRunnable.overTime[i]!, coveredNs[i]!),
    exactCount(steals.overTime[i]!),
  ]);
  const head = ['From', 'Runnable', 'Least', 'Most', 'Idle while runnable', '%', 'Processors taken'];
  return textTable([head, ...rows], new Set(head.keys()));
}

function* rowsOverTime({
  buckets: { level, first, count },
  queue,
  idleWhileRunnable,
  steals,
  processors,
}: SchedulerAnalysis): Generator<readonly (string | number)[]> {
  const known = (value: number): string | number => (Number.isNaN(value) ? '' : value);
  for (let i = 0; i < count; i++)
    yield [
      (first + i) * 2 ** level,
      (first + i + 1) * 2 ** level,
      queue.overTime.ns[i]!,
      known(queue.overTime.least[i]!),
      known(queue.overTime.greatest[i]!),
      idleWhileRunnable.overTime[i]!,
      steals.overTime[i]!,
      ...processors.flatMap(({ overTime: over }) => [...over.subarray(i * states, (i + 1) * states)]),
    ];
}
