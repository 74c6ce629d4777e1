/** What a text may mean in a trace: a goroutine, a start function, a task, what a log says. Texts are compared as they are, never as patterns. */
import {
  searchKinds,
  type NamedGoroutine,
  type SearchHit,
  type SearchKind,
  type SearchResult,
} from '#common/analyses/timeline-details.ts';
import { goId, nameIx } from '#common/ids.ts';
import { logTexts } from '#common/log-chunk.ts';
import type { Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';
import type { GroupRecord } from '#db/reader.ts';
import type { StoredTask } from '#db/task-reader.ts';
import { compareText } from './goroutine-order.ts';
import type { AnalysisInputs } from './inputs.ts';
import { Names, taskMark } from './timeline/task-mark.ts';

type Inputs = Pick<AnalysisInputs, 'reader' | 'orders' | 'userScan'>;
/** One more than `limit` where there are more. */
type Finder = (inputs: Inputs, text: string, limit: number) => Generator<void, readonly SearchHit[]>;

const finders: { readonly [K in SearchKind]: Finder } = {
  goroutine: goroutineHits,
  function: functionHits,
  task: taskHits,
  log: logHits,
};

export function* search(inputs: Inputs, params: Params<'search'>): Generator<void, SearchResult> {
  const text = params.text.trim();
  const hits: SearchHit[] = [];
  const more: SearchKind[] = [];
  for (const kind of text === '' ? [] : searchKinds) {
    const found = yield* finders[kind](inputs, text, params.limit);
    hits.push(...found.slice(0, params.limit));
    if (found.length > params.limit) more.push(kind);
    yield;
  }
  return { revision: inputs.reader.trace().revision, hits, more };
}

const named = ({ reader, orders }: Inputs, id: number): NamedGoroutine => ({
  id: goId(id),
  name: reader.name(orders.table.nameOf(id) ?? 0),
});

// eslint-disable-next-line require-yield -- it is quick
function* goroutineHits(inputs: Inputs, text: string): Generator<void, readonly SearchHit[]> {
  const number = /^g?(\d{1,15})$/i.exec(text)?.[1];
  const found = number === undefined ? undefined : inputs.orders.table.goroutine(Number(number));
  if (!found) return [];
  return [{ kind: 'goroutine', goroutine: named(inputs, found.id), atNs: traceNs(found.creationNs) }];
}

/** The whole name first, then names that end with the text, as `main.worker` with `worker`; of those the ones with most goroutines. */
function* functionHits(inputs: Inputs, text: string, limit: number): Generator<void, readonly SearchHit[]> {
  const { reader } = inputs;
  const withText = reader.groupsNamed(text);
  const small = asciiSmall(text);
  const rank = ({ name }: GroupRecord): number => {
    const own = asciiSmall(name);
    return own === small ? 0 : own.endsWith(`.${small}`) ? 1 : 2;
  };
  const groups = reader
    .groups()
    .filter((group) => withText.has(group.nameIx))
    .sort((a, b) => rank(a) - rank(b) || b.count - a.count || compareText(a.name, b.name))
    .slice(0, limit + 1);
  const hits: SearchHit[] = [];
  for (const group of groups) {
    const first = firstOf(inputs, group);
    if (first) {
      const { name, count } = group;
      const atNs = traceNs(first.creationNs);
      hits.push({ kind: 'function', group: nameIx(group.nameIx), name, count, first: goId(first.id), atNs });
    }
    yield;
  }
  return hits;
}

/** The goroutine of a group that begins first. */
function firstOf({ orders }: Inputs, { nameIx: name, count }: GroupRecord) {
  const ranks = new Uint32Array(name + 1);
  ranks[name] = 1;
  const order = { column: 'creationNs', ranks, isFiltered: true, key: `first of ${name}` } as const;
  return orders.table.rows(order, count, 0, 1)[0];
}

const asciiSmall = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function* taskHits(inputs: Inputs, text: string, limit: number): Generator<void, readonly SearchHit[]> {
  const { reader } = inputs;
  const filter = { traceEnd: reader.trace().durationNs, ids: [], text };
  const tasks = reader.tasks.page(filter, 'start', false, 0, limit + 1);
  yield;
  const names = new Names(reader);
  return tasks.map((task) => taskHit(inputs, task, names));
}

function taskHit(inputs: Inputs, task: StoredTask, names: Names): SearchHit {
  const { startNs, endNs, startGoroutine, id } = task;
  const goroutine = startGoroutine ?? inputs.reader.tasks.members(id, 1).first[0];
  return {
    kind: 'task',
    task: taskMark(task, names),
    ...(goroutine === undefined ? {} : { goroutine: named(inputs, goroutine) }),
    atNs: traceNs(startNs ?? endNs ?? 0),
  };
}

function* logHits(inputs: Inputs, text: string, limit: number): Generator<void, readonly SearchHit[]> {
  const logs = yield* inputs.userScan.logs({ text, ignoresCase: true, most: limit + 1 });
  const hits = Array.from({ length: logs.count }, (_, i): SearchHit => {
    const { chunk, at } = logs.place(i);
    const atNs = traceNs(logs.ns(i));
    const texts = logTexts(inputs.reader.logChunk(chunk)!, at);
    const goroutine = named(inputs, logs.goroutine(i));
    return { kind: 'log', log: { atNs, ...texts, task: String(logs.task(i)) }, goroutine, atNs };
  });
  logs.close();
  return hits;
}
