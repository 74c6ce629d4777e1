/**
 * The one contract between whoever has a trace and whoever looks at it: every method, its parameters (checked at the door
 * with valibot), its result and, for long calls, its progress. Client, server and command line derive from this list.
 *
 * Results hold plain data: numbers, strings, arrays, objects, typed arrays. Points in time count from the trace's origin.
 */
import * as v from 'valibot';
import type { Diagnostic } from '../diagnostics.ts';
import type { GoId, NameIx, StackIx, TraceKey } from '../ids.ts';
import type { Bytes, DurNs, TraceNs } from '../units.ts';
import type {
  GenerationFacts,
  GoroutineDetail,
  GoroutinePage,
  GroupPage,
  SpanPicture,
  StackFrame,
  TraceFacts,
} from '../analyses/goroutine-results.ts';
import { goroutineColumns, groupColumns, groupFigures, timedStates } from '../analyses/goroutine-results.ts';
import {
  analysisEntries,
  analysisNames,
  type AnalysisName,
  type AnalysisParams,
  type AnalysisResult,
} from '../analyses/registry.ts';
import { profileKinds } from '../analyses/profile-analysis.ts';
import type { EventCount, EventDetail, EventPage, EventRow } from '../analyses/event-results.ts';
import { eventScopeParams } from '../analyses/event-scope.ts';
import { scopeParams } from '../analyses/scope.ts';
import { stayKinds, type StayFigures } from '../analyses/stay-results.ts';
import {
  taskSorts,
  type GoroutineChildren,
  type GoroutineWaits,
  type Note,
  type SearchResult,
  type StacksOf,
  type TaskPage,
  type TimelineLongest,
  type TimelineMarks,
  type TimelineSamples,
} from '../analyses/timeline-details.ts';
import type {
  TimelineCounters,
  TimelineCounts,
  TimelineLanes,
  TimelineOverview,
  TimelineWindow,
} from '../analyses/timeline-results.ts';
import type { SpanLinks } from '../analyses/timeline-details.ts';
import { counterNames, laneKinds } from '../lane-kinds.ts';

interface Method<Params extends v.GenericSchema, Result, Progress> {
  readonly params: Params;
  /** Type-level only. */
  readonly result?: Result;
  readonly progress?: Progress;
}

const method =
  <Result, Progress = never>() =>
  <Params extends v.GenericSchema>(params: Params): Method<Params, Result, Progress> => ({ params });

const brandedString = <T extends string>() =>
  v.custom<T>((value) => typeof value === 'string' && value.length < 4096);
const brandedInteger = <T extends number>() => v.custom<T>((value) => Number.isInteger(value));
const finite = <T extends number>() => v.custom<T>((value) => Number.isFinite(value));

const trace = brandedString<TraceKey>();
const page = {
  offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
};
const columns = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192));
const stretch = { trace, from: finite<TraceNs>(), until: finite<TraceNs>() };
const window = { ...stretch, columns };
const filter = v.pipe(v.string(), v.maxLength(1000));
/** Only those with time in it. */
const state = v.optional(v.picklist(timedStates));

export const noteSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  fromNs: finite<TraceNs>(),
  untilNs: finite<TraceNs>(),
  text: v.pipe(v.string(), v.maxLength(4000)),
  goroutine: v.exactOptional(brandedInteger<GoId>()),
});

export interface AppDescription {
  readonly version: string;
  readonly host: 'electron' | 'browser';
  /** The trace named on the command line, opened before anything else. */
  readonly openAtStart?: string;
  readonly cache: { readonly usedBytes: Bytes; readonly folder: string };
}

export interface RecentTrace {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  readonly sizeBytes: Bytes;
  readonly durationNs?: DurNs;
  readonly goroutines?: number;
  /** Milliseconds since the epoch. */
  readonly openedAtMs: number;
  /** `ready` opens at once from the cache; `again` will be read again; `partial` was incomplete; `gone` is not there any more. */
  readonly condition: 'ready' | 'again' | 'partial' | 'gone';
}

export interface OpenedTrace {
  readonly trace: TraceKey;
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: Bytes;
}

/** What became of a trace's file since it was opened; what is shown stays what it was. */
export interface FileChange {
  readonly kind: 'grown' | 'replaced' | 'gone';
  /** What happened, what is on the screen, and what to do. */
  readonly sentence: string;
}

/** How far reading has come. `stage` ends as `ready` (all of it, perhaps with diagnostics) or `failed` (nothing could be read). */
export interface LoadProgress {
  readonly stage: 'reading' | 'ready' | 'failed';
  readonly fromCache: boolean;
  readonly readBytes: Bytes;
  readonly totalBytes: Bytes;
  readonly generations: number;
  readonly events: number;
  /** Grows with every generation that was stored: whoever shows figures asks again when it changes. */
  readonly revision: number;
  readonly eventsPerSecond: number;
  /** Absent while it cannot be told. */
  readonly remainingMs?: number;
  readonly failure?: { readonly code: string; readonly sentence: string };
}

export interface ProfileFile {
  /** Of the trace, the kind and the format: `web.trace.all.pb.gz`. */
  readonly name: string;
  readonly contents: Uint8Array;
}

const listed = {
  'app.describe': method<AppDescription>()(v.object({})),
  'recent.list': method<readonly RecentTrace[]>()(v.object({})),
  'recent.clear': method<null>()(v.object({})),
  /** Asks the user for a file with the system's own dialog (Electron only). `null`: dismissed. */
  'file.choose': method<{ readonly path: string } | null>()(v.object({})),
  /** Opens a file of the machine the host runs on. Fails with a `file-…`, `not-a-trace` or `unsupported-trace-version` code. */
  'trace.open': method<OpenedTrace>()(
    v.object({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(32768)) }),
  ),
  'trace.close': method<null>()(v.object({ trace })),
  /** Reports progress until the trace is read, then resolves with the last of it. */
  'trace.watch': method<LoadProgress, LoadProgress>()(v.object({ trace })),
  /** Waits until the file is not any more what was opened. */
  'trace.changed': method<FileChange>()(v.object({ trace })),
  /** What the user noted at places of a trace, in order of time; kept for its content, wherever its file lies. */
  'notes.list': method<readonly Note[]>()(v.object({ trace })),
  /** Adds a note, or replaces the one with the same id. Fails with `not-kept`. */
  'notes.keep': method<null>()(v.object({ trace, note: noteSchema })),
  'notes.remove': method<null>()(v.object({ trace, id: noteSchema.entries.id })),
  /** Where the user was in the trace, as whoever asks writes it; `null`: nowhere yet. */
  'view.last': method<{ readonly address: string } | null>()(v.object({ trace })),
  'view.keep': method<null>()(v.object({ trace, address: v.pipe(v.string(), v.maxLength(8192)) })),
  'trace.facts': method<TraceFacts>()(v.object({ trace })),
  'trace.diagnostics': method<readonly Diagnostic[]>()(v.object({ trace })),
  /** In the order in which they stand in the file; of one that could only be read in part, what was read. */
  'trace.generations': method<readonly GenerationFacts[]>()(v.object({ trace })),
  /** Groups of goroutines with their sums: of the whole trace, or of a scope. */
  'goroutines.groups': method<GroupPage>()(
    v.object({
      trace,
      ...scopeParams,
      sort: v.picklist(groupColumns),
      descending: v.boolean(),
      /** What rows are sorted by that are equal in that. */
      then: v.optional(
        v.pipe(
          v.array(v.object({ column: v.picklist(groupColumns), descending: v.boolean() })),
          v.maxLength(groupColumns.length),
        ),
      ),
      /** Only those that have at least so much in all of these columns. */
      least: v.optional(
        v.pipe(
          v.array(v.object({ column: v.picklist(groupFigures), value: v.pipe(v.number(), v.finite()) })),
          v.maxLength(groupFigures.length),
        ),
      ),
      filter,
      state,
      ...page,
    }),
  ),
  'goroutines.list': method<GoroutinePage>()(
    v.object({
      trace,
      /** Only those of one group. */
      group: v.optional(brandedInteger<NameIx>()),
      /** The same, by the whole name of its start function. */
      groupName: v.optional(v.pipe(v.string(), v.maxLength(1000))),
      sort: v.picklist(goroutineColumns),
      descending: v.boolean(),
      /** Part of the start function's name, or a goroutine's number with or without `G`. */
      filter,
      state,
      /** Only those that took part in the user task with this number, in decimal. */
      task: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/))),
      ...page,
    }),
  ),
  'goroutines.detail': method<GoroutineDetail>()(v.object({ trace, id: brandedInteger<GoId>() })),
  /** The states of one goroutine in a window: exact spans where they fit in `columns`, shares per column where they do not. */
  'goroutines.spans': method<SpanPicture>()(
    v.object({
      trace,
      id: brandedInteger<GoId>(),
      from: finite<TraceNs>(),
      until: finite<TraceNs>(),
      columns,
    }),
  ),
  /**
   * What a goroutine did in a window, summed up, and its longest stays other than running, with who ended each. Fails with
   * `no-such-goroutine`.
   */
  'goroutines.waits': method<GoroutineWaits>()(
    v.object({
      ...stretch,
      id: brandedInteger<GoId>(),
      most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
    }),
  ),
  /** Whom a goroutine created in a window. */
  'goroutines.children': method<GoroutineChildren>()(
    v.object({
      ...stretch,
      id: brandedInteger<GoId>(),
      most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
    }),
  ),
  /** What lanes do in a window: exact spans where no more than `columns` touch it, else at most so many buckets. */
  'timeline.window': method<TimelineWindow>()(
    v.object({
      ...window,
      lanes: v.pipe(v.array(v.object({ kind: v.picklist(laneKinds), id: v.number() })), v.maxLength(200)),
    }),
  ),
  /** The heap and GOMAXPROCS in a window: every change where they are no more than `columns`, else buckets. */
  'timeline.counters': method<TimelineCounters>()(
    v.object({ ...window, names: v.array(v.picklist(counterNames)) }),
  ),
  /** How many goroutines or processors are in which state, in buckets. */
  'timeline.counts': method<TimelineCounts>()(
    v.object({
      ...window,
      of: v.pipe(
        v.array(
          v.variant('kind', [
            v.object({ kind: v.literal('group'), group: brandedInteger<NameIx>() }),
            v.object({ kind: v.literal('goroutines') }),
            v.object({ kind: v.literal('processors') }),
          ]),
        ),
        v.maxLength(200),
      ),
    }),
  ),
  /**
   * How the stay of a goroutine at a point in time (it begins there or before, and ends behind; at the very end the last) hangs together
   * with others. Fails with `no-such-goroutine`, or `nothing-known` about it at that time.
   */
  'timeline.links': method<SpanLinks>()(
    v.object({ trace, goroutine: brandedInteger<GoId>(), at: finite<TraceNs>() }),
  ),
  'timeline.overview': method<TimelineOverview>()(v.object({ trace, columns })),
  /** CPU samples in a window: where given, only those on any of the processors, and only those of any of the goroutines. */
  'timeline.samples': method<TimelineSamples>()(
    v.object({
      ...stretch,
      /** More of them are counted, in so many equal slices of the window, but at most 2048. */
      most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20_000)),
      processors: v.optional(v.pipe(v.array(v.number()), v.maxLength(500))),
      goroutines: v.optional(v.pipe(v.array(brandedInteger<GoId>()), v.maxLength(500))),
    }),
  ),
  /** What the program marked itself in a window: tasks, regions and logs of goroutines. */
  'timeline.marks': method<TimelineMarks>()(
    v.object({
      ...stretch,
      goroutines: v.pipe(v.array(brandedInteger<GoId>()), v.maxLength(100)),
      /** Of each kind, of each goroutine. */
      most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000)),
    }),
  ),
  /** The longest stays of groups of goroutines that touch a window, whole. Up to 32 of each come at once, more may need a look at all spans. */
  'timeline.longest': method<TimelineLongest>()(
    v.object({
      ...stretch,
      groups: v.pipe(v.array(brandedInteger<NameIx>()), v.maxLength(50)),
      /** Of each group. */
      most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
    }),
  ),
  /** User tasks, page by page. */
  'timeline.tasks': method<TaskPage>()(
    v.object({
      trace,
      sort: v.picklist(taskSorts),
      descending: v.boolean(),
      /** Part of the task's name, or its number. */
      filter,
      ...page,
    }),
  ),
  /** Goroutines, start functions, tasks and logs that have a text, or a number. */
  search: method<SearchResult>()(
    v.object({
      trace,
      /** A goroutine's number with or without `G`, a task's; a part of a name, of a log's category or message. */
      text: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
      /** Of each kind. */
      limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
    }),
  ),
  /** Looks through the trace's file for events, from the beginning of the window, and resolves when all are found. Goes on where it was cancelled. */
  'events.find': method<EventCount, EventCount>()(v.object({ trace, ...eventScopeParams })),
  /**
   * Events in order, of those that pass: all in the window at once, with another choice those that `events.find` has found so far. Like
   * all of these fails with `file-missing` or `file-changed` where the file is not any more what it was.
   */
  'events.page': method<EventPage>()(v.object({ trace, ...eventScopeParams, ...page })),
  /** How many of those found come before a time. */
  'events.place': method<{ readonly offset: number }>()(
    v.object({ trace, ...eventScopeParams, at: finite<TraceNs>() }),
  ),
  /** One event of the trace, by its `index`. */
  'events.detail': method<EventDetail>()(v.object({ trace, index: page.offset })),
  /** The next event on a goroutine or to it, behind an event or before it; `null`: there is none. */
  'events.neighbour': method<EventRow | null>()(
    v.object({
      trace,
      index: page.offset,
      goroutine: brandedInteger<GoId>(),
      direction: v.picklist(['before', 'after']),
    }),
  ),
  'timeline.lanes': method<TimelineLanes>()(v.object({ trace })),
  /**
   * Stays of goroutines one by one: how long they were, the longest, and who ended them. The total is there at once, the others come
   * generation by generation, as progress.
   */
  'profile.stays': method<StayFigures, StayFigures>()(
    v.object({
      trace,
      ...scopeParams,
      kind: v.picklist(stayKinds),
      /** Only at these. */
      stacks: v.optional(v.pipe(v.array(brandedInteger<StackIx>()), v.maxLength(20_000))),
      /** Of the longest. */
      most: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
    }),
  ),
  /** Where goroutines waited, or `wall`: all of their time, as a file: the gzipped pprof message, or folded stacks as text. */
  'profile.file': method<ProfileFile>()(
    v.object({
      trace,
      ...scopeParams,
      kind: v.picklist([...profileKinds, 'wall']),
      format: v.picklist(['pprof', 'folded']),
    }),
  ),
  'stacks.frames': method<readonly StackFrame[]>()(v.object({ trace, stack: brandedInteger<StackIx>() })),
  /** Many at once; one that is not there has no frames. */
  'stacks.many': method<StacksOf>()(
    v.object({ trace, stacks: v.pipe(v.array(brandedInteger<StackIx>()), v.maxLength(500)) }),
  ),
} as const;

/** `analyses.NAME` for each analysis of the registry: what it is about, and its own options. */
type AnalysisMethods = {
  readonly [N in AnalysisName as AnalysisMethod<N>]: Method<
    v.GenericSchema<unknown, { readonly trace: TraceKey } & AnalysisParams<N>>,
    AnalysisResult<N>,
    never
  >;
};
export type AnalysisMethod<N extends AnalysisName = AnalysisName> = `analyses.${N}`;
export const analysisMethod = <N extends AnalysisName>(name: N): AnalysisMethod<N> => `analyses.${name}`;

const analysisMethods = Object.fromEntries(
  analysisNames.map((name) => [
    analysisMethod(name),
    { params: v.object({ trace, ...analysisEntries(name) }) },
  ]),
) as unknown as AnalysisMethods;

export const contract = { ...listed, ...analysisMethods } as const;

export type Contract = typeof listed & AnalysisMethods;
export type MethodName = keyof Contract;
export type Params<M extends MethodName> = v.InferOutput<Contract[M]['params']>;
export type Result<M extends MethodName> = Exclude<Contract[M]['result'], undefined>;
export type Progress<M extends MethodName> = Exclude<Contract[M]['progress'], undefined>;
