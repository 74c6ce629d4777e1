import { stackIx } from '#common/ids.ts';
import type { AnalysisCore } from '#common/analysis-core.ts';
import type { AnalysisMethod } from '#common/rpc/contract.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import { TraceReader } from '#db/reader.ts';
import { analysisHandlers } from './answers.ts';
import { facts } from './facts.ts';
import { generations } from './generations.ts';
import { inSteps, oneAfterTheOther } from './in-steps.ts';
import type { AnalysisInputs } from './inputs.ts';
import { isMarkWorker } from './mark-workers.ts';
import { GoroutineOrders } from './goroutine-order.ts';
import { goroutineChildren } from './timeline/goroutine-children.ts';
import { goroutineWaits } from './timeline/goroutine-waits.ts';
import { KeptGoroutines } from './kept-goroutines.ts';
import { GroupSums, isOfSome } from './group-sums.ts';
import { detail, groups, list } from './goroutines.ts';
import { search } from './search.ts';
import { spans } from './spans.ts';
import { StayFinder } from './stay-finder.ts';
import { stacksOf } from './stacks-of.ts';
import { timelineCounters, timelineCounts } from './timeline/counters.ts';
import { timelineLinks } from './timeline/links.ts';
import { timelineLanes, timelineOverview } from './timeline/overview.ts';
import { GroupPieces } from './timeline/group-pieces.ts';
import { longestStays } from './timeline/longest.ts';
import { timelineMarks } from './timeline/marks.ts';
import { timelineSamples } from './timeline/sample-marks.ts';
import { timelineTasks } from './timeline/task-page.ts';
import { timelineWindow } from './timeline/window.ts';

/** The methods that one trace's database answers. */
export type AnalysisHandlers = Pick<
  Handlers,
  | 'trace.facts'
  | 'trace.diagnostics'
  | 'trace.generations'
  | 'goroutines.groups'
  | 'goroutines.list'
  | 'goroutines.detail'
  | 'goroutines.spans'
  | 'goroutines.waits'
  | 'goroutines.children'
  | 'timeline.window'
  | 'timeline.counters'
  | 'timeline.counts'
  | 'timeline.links'
  | 'timeline.overview'
  | 'timeline.lanes'
  | 'timeline.tasks'
  | 'search'
  | 'timeline.samples'
  | 'timeline.marks'
  | 'timeline.longest'
  | 'profile.stays'
  | 'stacks.frames'
  | 'stacks.many'
  | AnalysisMethod
>;

/** Those whose answers take long enough to be given in steps. */
type SteppedMethod =
  | 'goroutines.waits'
  | 'goroutines.children'
  | 'goroutines.groups'
  | 'search'
  | 'timeline.samples'
  | 'timeline.marks'
  | 'timeline.links'
  | 'timeline.longest'
  | 'profile.stays';

export type OpenAnalyses = AnalysisHandlers & {
  /** Steps, of well below a millisecond each, after which the first question is answered as fast as later ones; once the trace is read. */
  prepare(): Generator<void> | undefined;
  close(): void;
};

/** Throws where the database is not there yet: its writer may just be making it. */
export function createAnalysisHandlers(
  databasePath: string,
  trace: { readonly sizeBytes: number },
  core: AnalysisCore,
): OpenAnalyses {
  const reader = new TraceReader(databasePath);
  const orders = new GoroutineOrders(reader, core.openTable(reader));
  // Answers that share a part of the core take turns.
  const userScan = core.openUserScan(reader);
  const inTurn = oneAfterTheOther();
  const marksScan = core.openUserScan(reader);
  const marksInTurn = oneAfterTheOther();
  const openOwn = (): GoroutineOrders => new GoroutineOrders(reader, core.openTable(reader));
  const pieces = new GroupPieces(reader, openOwn);
  const longestInTurn = oneAfterTheOther();
  const stays = new StayFinder(reader, openOwn);
  const staysInTurn = oneAfterTheOther();
  const groupSums = new GroupSums(reader, openOwn);
  const groupsInTurn = oneAfterTheOther();
  const inputs: AnalysisInputs = {
    reader,
    orders,
    collector: core.openCollectorWork(reader, isMarkWorker(reader, orders)),
    userScan,
    kept: new KeptGoroutines(reader),
  };
  const stepped: Pick<AnalysisHandlers, SteppedMethod> = {
    search: (params, context) =>
      inTurn(() => inSteps(reader, () => search({ reader, orders, userScan }, params), context)),
    'goroutines.waits': (params, context) =>
      inTurn(() => inSteps(reader, () => goroutineWaits(inputs, params), context)),
    'goroutines.children': (params, context) =>
      inTurn(() => inSteps(reader, () => goroutineChildren(inputs, params), context)),
    'goroutines.groups': (params, context) =>
      isOfSome(params)
        ? groupsInTurn(() => inSteps(reader, () => groupSums.page(params), context))
        : reader.consistently(() => groups(reader, params)),
    'timeline.samples': (params, context) => inSteps(reader, () => timelineSamples(reader, params), context),
    'timeline.longest': (params, context) =>
      longestInTurn(() => inSteps(reader, () => longestStays(reader, pieces, params), context)),
    'profile.stays': (params, context) =>
      staysInTurn(() => inSteps(reader, () => stays.find(params, context.report), context)),
    'timeline.marks': (params, context) =>
      marksInTurn(() => inSteps(reader, () => timelineMarks(reader, marksScan, params), context)),
    'timeline.links': (params, context) =>
      inTurn(() => inSteps(reader, () => timelineLinks({ reader, orders }, params), context)),
  };
  const answers: Omit<AnalysisHandlers, AnalysisMethod | SteppedMethod> = {
    'trace.facts': () => facts(reader, trace.sizeBytes),
    'trace.diagnostics': () => reader.diagnostics(),
    'trace.generations': () => generations(reader),
    'goroutines.list': (params) => list(reader, orders, params),
    'goroutines.detail': (params) => detail(reader, orders, params.id),
    'goroutines.spans': (params) => spans(reader, orders.table, params),
    'timeline.window': (params) => timelineWindow(reader, orders.table, params),
    'timeline.counters': (params) => timelineCounters(reader, params),
    'timeline.counts': (params) => timelineCounts(reader, params),
    'timeline.overview': (params) => timelineOverview(reader, params),
    'timeline.lanes': () => timelineLanes(reader),
    'timeline.tasks': (params) => timelineTasks(reader, params),
    'stacks.frames': (params) => reader.stack(stackIx(params.stack)),
    'stacks.many': (params) => stacksOf(reader, params.stacks),
  };
  return {
    ...fromOneSnapshot(reader, answers),
    ...stepped,
    ...analysisHandlers(inputs, inTurn),
    prepare: () => (reader.trace().complete ? orders.table.prepare() : undefined),
    close: () => reader.close(),
  };
}

type AnyHandler = (params: unknown, context: CallContext) => unknown;

/** What an answer is put together from belongs together, also while the trace is being read. */
function fromOneSnapshot<Answers extends Partial<AnalysisHandlers>>(
  reader: TraceReader,
  answers: Answers,
): Answers {
  const handlers = Object.entries(answers as unknown as Record<string, AnyHandler>);
  const wrapped = handlers.map(([name, answer]) => [
    name,
    (params: unknown, context: CallContext) => reader.consistently(() => answer(params, context)),
  ]);
  return Object.fromEntries(wrapped) as Answers;
}
