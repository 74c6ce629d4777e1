/** What a scope comes to in this trace: a window, and the goroutines and stretches of them that count. */
import type { Intervals } from '#common/interval.ts';
import type { Scope } from '#common/analyses/scope.ts';
import { Failure } from '#common/errors.ts';
import { plain, pointText } from '#common/quantity-text.ts';
import { traceNs } from '#common/units.ts';
import type { GoroutineInputs } from './inputs.ts';
import { commonIntervals, regionIntervals, taskIntervals } from './goroutine-intervals.ts';

export interface Selection {
  /** Within the trace. */
  readonly from: number;
  readonly until: number;
  /** The window is the whole trace. */
  readonly isWhole: boolean;
  /** Absent: all goroutines, whatever their number. */
  readonly ids?: ReadonlySet<number>;
  /** Absent: whatever their start function; else the numbers of names. */
  readonly names?: ReadonlySet<number>;
  /** Absent: all of their time in the window; else only of these goroutines, and only these stretches, cut at the window. */
  readonly intervals?: ReadonlyMap<number, Intervals>;
  /** Everything in the window counts. */
  readonly isEverybody: boolean;
  /** Whether a goroutine counts, at some time or other. */
  has(goroutine: number): boolean;
  /** Whether a moment of a goroutine counts. */
  hasAt(goroutine: number, ns: number): boolean;
}

/** Fails with `bad-parameters` where a name or number is not in the trace at all, and where the window has nothing of the trace. */
export function selectionOf(inputs: GoroutineInputs, scope: Scope): Selection {
  const { reader } = inputs;
  const { durationNs } = reader.trace();
  const { from, until } = windowOf(scope, durationNs);
  const ids = scope.goroutines && new Set<number>(scope.goroutines);
  mustBeThere(inputs, ids);
  const names = namesOf(inputs, scope);
  const intervals = intervalsOf(inputs, scope, from, until);
  const hasName = nameTest(inputs, names);
  const has = (goroutine: number): boolean =>
    (ids?.has(goroutine) ?? true) && (intervals?.has(goroutine) ?? true) && hasName(goroutine);
  return {
    from,
    until,
    isWhole: from === 0 && until === durationNs,
    ...(ids ? { ids } : {}),
    ...(names ? { names } : {}),
    ...(intervals ? { intervals } : {}),
    isEverybody: !ids && !names && !intervals,
    has,
    hasAt: (goroutine, ns) =>
      ns >= from && ns <= until && has(goroutine) && (!intervals || covers(intervals.get(goroutine)!, ns)),
  };
}

/**
 * A moment is a window too: what goes on then can be asked for, though nothing takes any time in it. Parts of a nanosecond are rounded,
 * so that windows that follow each other still do.
 */
function windowOf(scope: Scope, durationNs: number): { readonly from: number; readonly until: number } {
  const from = Math.max(0, Math.round(scope.from ?? 0));
  const until = Math.max(0, Math.round(scope.until ?? durationNs));
  if (from > durationNs)
    throw notThere(`The window begins at ${pointOf(from)}, but the trace ends at ${pointOf(durationNs)}.`);
  if (from > until)
    throw notThere(`The window ends at ${pointOf(until)}, before it begins at ${pointOf(from)}.`);
  return { from, until: Math.min(until, durationNs) };
}

/** With as many digits as it has. */
const pointOf = (ns: number): string =>
  plain(pointText(traceNs(ns), ([0, 3, 6] as const).find((digits) => ns % 10 ** (9 - digits) === 0) ?? 9));

const mostNamed = 5;

function mustBeThere({ orders }: GoroutineInputs, ids: ReadonlySet<number> | undefined): void {
  const missing = [...(ids ?? [])].filter((id) => orders.table.goroutine(id) === undefined);
  if (missing.length === 0) return;
  const named = missing.slice(0, mostNamed).join(', ');
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  throw notThere(`This trace has no goroutine ${named}${more}.`);
}

/** How much of a stretch of a goroutine counts; `name` is that of its start function. */
export function timeSelected(
  { from, until, ids, names, intervals }: Selection,
  goroutine: number,
  name: number,
  start: number,
  end: number,
): number {
  if ((ids && !ids.has(goroutine)) || (names && !names.has(name))) return 0;
  if (!intervals) return Math.max(0, Math.min(until, end) - Math.max(from, start));
  const own = commonIntervals(intervals.get(goroutine) ?? [], [start, end]);
  return own.reduce((so, point, i) => so + (i % 2 === 0 ? -point : point), 0);
}

const covers = (intervals: Intervals, ns: number): boolean =>
  intervals.some((start, i) => i % 2 === 0 && start <= ns && ns <= intervals[i + 1]!);

function namesOf({ reader }: GoroutineInputs, { groups, text }: Scope): ReadonlySet<number> | undefined {
  if (groups === undefined && text === undefined) return undefined;
  const wanted = groups && new Set(groups);
  const containing = text === undefined ? undefined : reader.groupsNamed(text);
  const all = reader.groups();
  const unknown = groups?.find((name) => !all.some((group) => group.name === name));
  if (unknown !== undefined)
    throw notThere(`No goroutine of this trace was started with the function "${unknown}".`);
  const found = all.filter(
    ({ name, nameIx }) => (wanted?.has(name) ?? true) && (containing?.has(nameIx) ?? true),
  );
  return new Set(found.map(({ nameIx }) => nameIx));
}

const notThere = (sentence: string): Failure => new Failure('bad-parameters', sentence);

/** A goroutine is looked up once. */
function nameTest(
  { orders }: GoroutineInputs,
  names: ReadonlySet<number> | undefined,
): (goroutine: number) => boolean {
  if (!names) return () => true;
  const { table } = orders;
  const known = new Map<number, boolean>();
  return (goroutine) => {
    let answer = known.get(goroutine);
    if (answer === undefined) {
      answer = names.has(table.nameOf(goroutine) ?? -1);
      known.set(goroutine, answer);
    }
    return answer;
  };
}

function intervalsOf(
  { reader }: GoroutineInputs,
  { task, region }: Scope,
  from: number,
  until: number,
): ReadonlyMap<number, Intervals> | undefined {
  if (task === undefined && region === undefined) return undefined;
  const { durationNs } = reader.trace();
  const ofTask = task === undefined ? undefined : taskIntervals(reader, task, durationNs);
  if (task !== undefined && !ofTask) throw notThere(`This trace has no user task "${task}".`);
  const ofRegion = region === undefined ? undefined : regionIntervals(reader, region, durationNs);
  if (ofRegion?.size === 0) throw notThere(`This trace has no user region "${region}".`);
  const all = ofTask && ofRegion ? intersected(ofTask, ofRegion) : (ofTask ?? ofRegion)!;
  const cut = [...all].map(([id, own]) => [id, commonIntervals(own, [from, until])] as const);
  return new Map(cut.filter(([, own]) => own.length > 0));
}

function intersected(
  a: ReadonlyMap<number, Intervals>,
  b: ReadonlyMap<number, Intervals>,
): ReadonlyMap<number, Intervals> {
  const both = [...a].filter(([id]) => b.has(id));
  return new Map(both.map(([id, own]) => [id, commonIntervals(own, b.get(id)!)]));
}
