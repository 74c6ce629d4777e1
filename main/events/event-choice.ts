/** What events are asked for, in the words of the contract, as a filter of records. */
import { Failure } from '#common/errors.ts';
import type { EventScope } from '#common/analyses/event-scope.ts';
import type { AnalysisInputs } from '#main/analyses/inputs.ts';
import { selectionOf, type Selection } from '#main/analyses/selection.ts';
import { kindNames, typesNamed, type EventFilter } from '#main/exporters/event-filter.ts';
import type { EventChoice } from './event-search.ts';

/** Fails with `bad-parameters` where a goroutine, a name or a kind is not in the trace or not known. */
export function choiceOf(inputs: AnalysisInputs, scope: EventScope): EventChoice {
  const { kinds, containing, stack, processors, threads } = scope;
  const selection = selectionOf(inputs, scope);
  const life = lifeOf(inputs, selection);
  return {
    filter: {
      ...windowOf(inputs, scope),
      ...goroutinesOf(inputs, selection),
      ...(kinds ? { types: new Set(kinds.flatMap(typesOf)) } : {}),
      ...(processors ? { processors: new Set(processors) } : {}),
      ...(threads ? { threads: new Set(threads) } : {}),
      ...(containing === undefined || containing === '' ? {} : { text: containing }),
      ...(stack === undefined || stack === '' ? {} : { stackText: stack }),
    },
    ...(life ? { lifeNs: life } : {}),
  };
}

/** A window that ends with the trace holds its last event, too. */
function windowOf(
  { reader }: AnalysisInputs,
  { from, until }: EventScope,
): Pick<EventFilter, 'fromNs' | 'untilNs'> {
  const { durationNs, complete } = reader.trace();
  return {
    ...(from === undefined || from <= 0 ? {} : { fromNs: Math.ceil(from) }),
    ...(until === undefined || (complete && until >= durationNs) ? {} : { untilNs: Math.ceil(until) }),
  };
}

function typesOf(kind: string): readonly number[] {
  const types = typesNamed(kind);
  if (types) return types;
  throw new Failure(
    'bad-parameters',
    `There is no kind of event "${kind}"; there are ${kindNames.join(', ')}.`,
  );
}

function goroutinesOf(
  inputs: AnalysisInputs,
  selection: Selection,
): Pick<EventFilter, 'goroutines' | 'counts'> {
  const { ids, names, intervals, isEverybody } = selection;
  if (isEverybody) return {};
  if (ids && !names && !intervals) return { goroutines: ids };
  const hasName = names && nameTest(inputs, names);
  return {
    counts: (goroutine, ns) => {
      const id = Number(goroutine);
      if (id < 0 || (ids && !ids.has(id)) || (hasName && !hasName(id))) return false;
      if (!intervals) return true;
      const own = intervals.get(id);
      return own !== undefined && own.some((start, i) => i % 2 === 0 && start <= ns && ns <= own[i + 1]!);
    },
  };
}

const pageIds = 1 << 14;
const has = 1;
const hasNot = 2;

/** Looks a goroutine up once; a byte for each, since there may be millions. */
function nameTest({ orders }: AnalysisInputs, names: ReadonlySet<number>): (goroutine: number) => boolean {
  const { table } = orders;
  const pages = new Map<number, Uint8Array>();
  return (goroutine) => {
    const number = Math.floor(goroutine / pageIds);
    let page = pages.get(number);
    if (!page) pages.set(number, (page = new Uint8Array(pageIds)));
    const at = goroutine - number * pageIds;
    if (page[at] === 0) page[at] = names.has(table.nameOf(goroutine) ?? -1) ? has : hasNot;
    return page[at] === has;
  };
}

/** Of goroutines that are named, from the first one's beginning to the last one's end. */
function lifeOf({ orders }: AnalysisInputs, { ids }: Selection): EventChoice['lifeNs'] {
  if (!ids) return undefined;
  const rows = [...ids].map((id) => orders.table.goroutine(id));
  const starts = rows.map((row) => row?.creationNs ?? 0);
  const ends = rows.map((row) => row?.endNs ?? Infinity);
  return [Math.min(...starts), Math.max(...ends)];
}
