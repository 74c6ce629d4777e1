import type { CountedStates, CounterAnalysis } from '#common/analyses/counter-analysis.ts';
import { durationText, pointDigits, pointText, sizeText } from '#common/quantity-text.ts';
import { bytes, durNs, traceNs } from '#common/units.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { tsvLines, type Presentation } from '../presentation.ts';

/** Numbers are NaN where nothing is known. */
type Cell = (bucket: number) => number;

const waits = ['gc', 'sync', 'network', 'sleep', 'other', 'unknown'] as const;

type TextColumn = readonly [title: string, cell: (bucket: number) => string];

/** The sum of some states. */
const ofStates =
  ({ states }: CountedStates, column: Float64Array, names: readonly string[]): Cell =>
  (bucket) =>
    names.reduce((sum, name) => sum + column[bucket * states.length + states.indexOf(name)]!, 0);

const meanOf = (counted: CountedStates, ...names: readonly string[]): Cell =>
  ofStates(counted, counted.mean, names);

const or = (write: (value: number) => string) => (value: number) => (Number.isNaN(value) ? '' : write(value));
/** `12`, `3.4`, `0.05`: three digits at most below a thousand. */
const number = or((value) => (value >= 999.5 ? exactCount(value) : Number(value.toPrecision(3)).toString()));
const size = or((value) => shown(sizeText(bytes(value))));

const startOf = ({ buckets: { level, first } }: CounterAnalysis, bucket: number): number =>
  (first + bucket) * 2 ** level;

export const counters: Presentation<'counters'> = {
  *text(result) {
    const { buckets } = result;
    const columns = [...textColumns(result)];
    const digits = pointDigits(2 ** buckets.level / 10);
    const rows = Array.from({ length: buckets.count }, (_, i) => [
      shown(pointText(traceNs(startOf(result, i)), digits)),
      ...columns.map(([, cell]) => cell(i)),
    ]);
    const step = shown(durationText(durNs(2 ** buckets.level)));
    yield `Steps of ${step}: mean numbers of goroutines, processors and threads; the heap and GOMAXPROCS as a step ends.\n\n`;
    const head = ['From', ...columns.map(([title]) => title)];
    yield textTable([head, ...rows], new Set(head.keys()));
  },
  tsv(result) {
    const columns = [...columnsOf(result)];
    const { buckets } = result;
    return tsvLines(
      ['startNs', 'endNs', ...columns.map(([name]) => name)],
      Array.from({ length: buckets.count }, (_, i) => [
        startOf(result, i),
        startOf(result, i + 1),
        ...columns.map(([, cell]) => (Number.isNaN(cell(i)) ? '' : cell(i))),
      ]),
    );
  },
};

function* textColumns({ goroutines, processors, threads, values }: CounterAnalysis): Generator<TextColumn> {
  yield ['Running', (i) => number(meanOf(goroutines, 'running')(i))];
  yield ['Runnable', (i) => number(meanOf(goroutines, 'runnable')(i))];
  yield ['Waiting', (i) => number(meanOf(goroutines, ...waits)(i))];
  yield ['In syscall', (i) => number(meanOf(goroutines, 'syscall')(i))];
  if (processors) {
    yield ['Procs busy', (i) => number(meanOf(processors, 'running')(i))];
    yield ['Procs idle', (i) => number(meanOf(processors, 'idle')(i))];
  }
  if (threads) yield ['Threads in syscall', (i) => number(threads.mean[i]!)];
  if (!values) return;
  yield ['Heap', (i) => size(values.heapAllocated.last[i]!)];
  yield ['Heap max', (i) => size(values.heapAllocated.greatest[i]!)];
  yield ['Heap goal', (i) => size(values.heapGoal.last[i]!)];
  yield ['GOMAXPROCS', (i) => number(values.gomaxprocs.last[i]!)];
}

/** `goroutines.running.mean`, `processors.idle.least`, `heapAllocated.last` … */
function* columnsOf({
  goroutines,
  processors,
  threads,
  values = {},
}: Omit<CounterAnalysis, 'values'> & {
  readonly values?: Readonly<Record<string, Readonly<Record<'least' | 'greatest' | 'last', Float64Array>>>>;
}): Generator<readonly [string, Cell]> {
  for (const [kind, counted] of Object.entries({ goroutines, processors, threads })) {
    if (!counted) continue;
    for (const name of counted.states)
      for (const column of ['mean', 'least', 'greatest'] as const)
        yield [`${kind}.${name}.${column}`, ofStates(counted, counted[column], [name])];
  }
  for (const [name, value] of Object.entries(values))
    for (const column of ['least', 'greatest', 'last'] as const)
      yield [`${name}.${column}`, (bucket) => value[column][bucket]!];
}
