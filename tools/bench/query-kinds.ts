/**
 * The questions whose latency is measured: each kind is a list of calls, made one after the other as a screen would. To add a kind, add
 * an entry; `calls` may ask the trace first what there is to ask for.
 */
import type { AnalysisOptions } from '#common/analyses/analysis-option.ts';
import { goroutineColumns, groupColumns, timedStates } from '#common/analyses/goroutine-results.ts';
import { analyses as registry, analysisNames, type AnalysisName } from '#common/analyses/registry.ts';
import { stackIx, type GoId, type TraceKey } from '#common/ids.ts';
import { taskSorts } from '#common/analyses/timeline-details.ts';
import type { Client } from '#common/rpc/client.ts';
import { analysisMethod, type Params } from '#common/rpc/contract.ts';
import { traceNs } from '#common/units.ts';

export interface Asked {
  readonly client: Client;
  readonly trace: TraceKey;
}

interface QueryKind {
  readonly name: string;
  readonly calls: (asked: Asked) => Promise<readonly (() => Promise<unknown>)[]>;
}

const page = { descending: true, filter: '', limit: 50 } as const;
/** Of a table's rows: at the start, in the middle, near the end. */
const shares = [0, 0.5, 0.999];
/** Goroutines whose details are asked for. */
const samples = 20;

const screenKinds: readonly QueryKind[] = [
  {
    name: 'facts',
    calls: async ({ client, trace }) => Promise.resolve([() => client.call('trace.facts', { trace })]),
  },
  {
    name: 'groups, by every column',
    calls: async ({ client, trace }) =>
      Promise.resolve(
        groupColumns.map(
          (sort) => () => client.call('goroutines.groups', { ...page, trace, sort, offset: 0 }),
        ),
      ),
  },
  {
    name: 'goroutines, by every column: start, middle, end',
    calls: async (asked) => pages(asked, ''),
  },
  {
    name: 'the same with a text filter',
    calls: async (asked) => pages(asked, await commonText(asked)),
  },
  {
    name: 'goroutines with time in each state: start, and farther in',
    calls: async ({ client, trace }) =>
      Promise.resolve(
        timedStates.flatMap((state) =>
          [0, 2000, 500_000].map((offset) => () => {
            const list = { ...page, trace, sort: 'totalNs', state, offset } as const;
            return client.call('goroutines.list', list);
          }),
        ),
      ),
  },
  {
    name: 'one goroutine: details',
    calls: async (asked) =>
      (await someGoroutines(asked)).map(
        (id) => () => asked.client.call('goroutines.detail', { trace: asked.trace, id }),
      ),
  },
  {
    name: 'one goroutine: states over its whole life',
    calls: async ({ client, trace }) => {
      const { durationNs } = await client.call('trace.facts', { trace });
      const window = { from: traceNs(0), until: traceNs(durationNs), columns: 1000 };
      const ids = await someGoroutines({ client, trace });
      return ids.map((id) => () => client.call('goroutines.spans', { trace, id, ...window }));
    },
  },
  {
    name: 'timeline: the whole trace at a glance',
    calls: async ({ client, trace }) =>
      Promise.resolve([() => client.call('timeline.overview', { trace, columns: 1000 })]),
  },
  {
    name: 'timeline: processors and threads, every zoom',
    calls: async (asked) => {
      const { lanes } = await asked.client.call('timeline.lanes', { trace: asked.trace });
      return windows(
        asked,
        lanes.slice(0, mostLanes).map(({ kind, id }) => ({ kind, id })),
      );
    },
  },
  {
    name: 'timeline: who woke whom',
    calls: async (asked) => links(asked, await someGoroutines(asked)),
  },
  {
    name: 'timeline: 20 goroutines, every zoom',
    calls: async (asked) => {
      const ids = await someGoroutines(asked);
      return windows(
        asked,
        ids.map((id) => ({ kind: 'goroutine', id })),
      );
    },
  },
  {
    name: 'timeline: details: the collector, every zoom',
    calls: async (asked) =>
      windows(
        asked,
        [0, 1].map((id) => ({ kind: 'collector', id })),
      ),
  },
  {
    name: 'timeline: details: CPU samples, every zoom',
    calls: async (asked) =>
      (await stretches(asked)).map(
        (stretch) => () => asked.client.call('timeline.samples', { ...stretch, most: 2000 }),
      ),
  },
  {
    name: 'timeline: details: marks of 40 goroutines, every zoom',
    calls: async (asked) => {
      const goroutines = await markedGoroutines(asked);
      return (await stretches(asked)).map(
        (stretch) => () => asked.client.call('timeline.marks', { ...stretch, goroutines, most: 1000 }),
      );
    },
  },
  {
    name: 'timeline: details: tasks, by every column: start, middle, end',
    calls: async ({ client, trace }) => {
      const list = { ...page, trace, limit: 100 } as const;
      const { rowCount } = await client.call('timeline.tasks', { ...list, sort: 'id', limit: 1, offset: 0 });
      return taskSorts.flatMap((sort) =>
        shares.map((share) => {
          const offset = Math.floor(rowCount * share);
          return () => client.call('timeline.tasks', { ...list, sort, offset });
        }),
      );
    },
  },
  {
    name: 'search: numbers, names, logs, what there is not',
    calls: async ({ client, trace }) =>
      Promise.resolve(
        ['G18', '7', 'main', 'func', 'e', 'request', 'nothing has this'].map(
          (text) => () => client.call('search', { trace, text, limit: 50 }),
        ),
      ),
  },
  {
    name: 'timeline: longest stays of 20 groups, every zoom, twice',
    calls: async (asked) => {
      const { client, trace } = asked;
      const list = await client.call('goroutines.groups', { ...page, trace, sort: 'count', offset: 0 });
      const groups = list.rows.slice(0, 20).map(({ group }) => group);
      const calls = (await stretches(asked)).map(
        (stretch) => () => client.call('timeline.longest', { ...stretch, groups, most: 30 }),
      );
      return [...calls, ...calls];
    },
  },
  {
    name: 'timeline: details: 500 stacks',
    calls: async ({ client, trace }) => {
      const stacks = Array.from({ length: 500 }, (_, i) => stackIx(i + 1));
      return Promise.resolve([() => client.call('stacks.many', { trace, stacks })]);
    },
  },
];

/** Every analysis of the registry, and of those that come in kinds every kind: over the whole trace, and over a hundredth of it. */
const analysisKinds: readonly QueryKind[] = analysisNames.flatMap((name) =>
  wordsOf(name).flatMap((words) => {
    const title = [name, ...Object.values(words)].join(' ');
    return [
      { name: `${title}, whole trace`, calls: (asked: Asked) => analyses(asked, name, words, [[0, 1]]) },
      { name: `${title}, 1 %`, calls: (asked: Asked) => analyses(asked, name, words, hundredths) },
    ];
  }),
);

const hundredths = [0, 0.2, 0.5, 0.7, 0.99].map((from) => [from, from + 0.01] as const);

function wordsOf(name: AnalysisName): readonly Readonly<Record<string, string>>[] {
  const options: AnalysisOptions = registry[name].options;
  const word = Object.entries(options).find(([, option]) => option.isWord);
  if (!word) return name === 'goroutines' ? [{}, { by: 'group' }] : [{}];
  return word[1].takes!.split('|').map((value) => ({ [word[0]]: value }));
}

/** Each is asked twice: what the first answer brought into memory is there for the second. */
async function analyses(
  { client, trace }: Asked,
  name: AnalysisName,
  words: Readonly<Record<string, string>>,
  windows: readonly (readonly [from: number, until: number])[],
) {
  const { durationNs } = await client.call('trace.facts', { trace });
  // What the words mean is not known here.
  const caller = client as { call(method: string, params: unknown): Promise<unknown> };
  return [...windows, ...windows].map(([from, until]) => {
    const window = { from: Math.floor(durationNs * from), until: Math.ceil(durationNs * until) };
    return () => caller.call(analysisMethod(name), { trace, ...words, ...window, limit: 100 });
  });
}

export const queryKinds: readonly QueryKind[] = [...screenKinds, ...analysisKinds];

/** What a screen shows. */
const mostLanes = 50;
const zooms = [1, 16, 256, 4096, 65_536];

type Lanes = Params<'timeline.window'>['lanes'];

async function windows(asked: Asked, lanes: Lanes) {
  return (await stretches(asked)).map(
    (stretch) => () => asked.client.call('timeline.window', { ...stretch, lanes, columns: 1000 }),
  );
}

/** A fraction of the trace wide, in its middle. */
async function stretches({ client, trace }: Asked) {
  const { durationNs } = await client.call('trace.facts', { trace });
  return zooms.map((zoom) => {
    const from = traceNs(Math.floor((durationNs - durationNs / zoom) / 2));
    return { trace, from, until: traceNs(Math.ceil(from + durationNs / zoom)) };
  });
}

/** Of groups large and small, those that ran longest: what a program marks, these do. */
async function markedGoroutines({ client, trace }: Asked) {
  const groups = await client.call('goroutines.groups', { ...page, trace, sort: 'execNs', offset: 0 });
  const ids = [];
  for (const { group } of groups.rows.slice(0, 20)) {
    const list = { ...page, trace, group, sort: 'totalNs', offset: 0, limit: 4 } as const;
    ids.push(...(await client.call('goroutines.list', list)).rows.map((row) => row.id));
  }
  return ids.slice(0, 40);
}

/** Of the stays around the middle of each goroutine's life. */
async function links({ client, trace }: Asked, ids: readonly GoId[]) {
  const calls: (() => Promise<unknown>)[] = [];
  for (const id of ids) {
    const { fromNs, untilNs } = await client.call('goroutines.detail', { trace, id });
    const window = { trace, columns: 1000, lanes: [{ kind: 'goroutine' as const, id: id as number }] };
    const from = traceNs(Math.floor((fromNs + untilNs) / 2));
    const until = traceNs(Math.min(untilNs, from + 1_000_000));
    const [lane] = (await client.call('timeline.window', { ...window, from, until })).lanes;
    for (const at of lane?.kind === 'exact' ? lane.starts.slice(0, 3) : [])
      calls.push(() => client.call('timeline.links', { trace, goroutine: id, at: traceNs(at) }));
  }
  return calls;
}

/** In the order in which a user comes to them: the first page of a column finds its order not made yet. */
async function pages({ client, trace }: Asked, filter: string) {
  const { rowCount } = await client.call('goroutines.list', {
    ...page,
    trace,
    sort: 'id',
    filter,
    offset: 0,
  });
  return goroutineColumns.flatMap((sort) =>
    shares.map((share) => {
      const offset = Math.floor(rowCount * share);
      return () => client.call('goroutines.list', { ...page, trace, sort, filter, offset });
    }),
  );
}

/** A part of the most frequent start function's name. */
async function commonText({ client, trace }: Asked): Promise<string> {
  const groups = await client.call('goroutines.groups', { ...page, trace, sort: 'count', offset: 0 });
  return (
    groups.rows
      .find(({ name }) => name !== '')
      ?.name.split('.')
      .at(-1) ?? ''
  );
}

/** The longest, the shortest, and some between. */
async function someGoroutines({ client, trace }: Asked) {
  const list = { ...page, trace, sort: 'execNs', limit: 1 } as const;
  const { rowCount } = await client.call('goroutines.list', { ...list, offset: 0 });
  const ids = [];
  for (let i = 0; i < Math.min(samples, rowCount); i++) {
    const offset = Math.floor(((rowCount - 1) * i) / Math.max(1, Math.min(samples, rowCount) - 1));
    const { rows } = await client.call('goroutines.list', { ...list, offset });
    ids.push(...rows.map((row) => row.id));
  }
  return ids;
}
