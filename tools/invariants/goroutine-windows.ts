/**
 * What must hold of the figures of goroutines in every trace, whatever is in it: parts sum up to the whole, windows that tile a
 * trace too, and profiles say the same as the goroutines' own spans, read one by one.
 */
import {
  windowColumns,
  type GoroutineWindowRow,
  type GroupFigures,
} from '#common/analyses/goroutine-analysis.ts';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { profileKinds, type ProfileKind } from '#common/analyses/profile-analysis.ts';
import { goId, traceKey, type GoId } from '#common/ids.ts';
import { spanStates, stateClass, stateClasses, waitClass } from '#common/goroutine-state.ts';
import { joinSpans, type PackedSpan } from '#common/span-chunk.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { unjoinedSpans } from '#main/analyses/goroutine-spans.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { randomNumbers } from './random-numbers.ts';

const trace = traceKey('t');
const context = { signal: new AbortController().signal, report: () => undefined };
const tiles = 7;
const randomWindows = 10;

interface Window {
  readonly from: number;
  readonly until: number;
}

/** Sentences about what does not hold; none where everything does. */
export async function goroutineWindowComplaints(databasePath: string): Promise<readonly string[]> {
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: 0 }, analysisCore);
  const reader = new TraceReader(databasePath);
  try {
    const check = new WindowCheck(analyses, spansById(reader), reader.trace().durationNs, reader.reasons());
    await check.run();
    return check.complaints;
  } finally {
    reader.close();
    analyses.close();
  }
}

/** All spans, read without the core. */
function spansById(reader: TraceReader): ReadonlyMap<GoId, readonly PackedSpan[]> {
  const table = openGoroutineTable(reader);
  const all = [...table.all()].map(({ id }) => goId(id));
  return new Map(all.map((id) => [id, unjoinedSpans(reader, table, id, -Infinity, Infinity)]));
}

class WindowCheck {
  readonly complaints: string[] = [];
  readonly #analyses: OpenAnalyses;
  readonly #spans: ReadonlyMap<GoId, readonly PackedSpan[]>;
  readonly #durationNs: number;
  readonly #reasons: readonly string[];

  constructor(
    analyses: OpenAnalyses,
    spans: ReadonlyMap<GoId, readonly PackedSpan[]>,
    durationNs: number,
    reasons: readonly string[],
  ) {
    this.#analyses = analyses;
    this.#spans = spans;
    this.#durationNs = durationNs;
    this.#reasons = reasons;
  }

  async run(): Promise<void> {
    const whole = { from: 0, until: this.#durationNs };
    const random = randomNumbers();
    const point = (): number => Math.floor(random.next().value! * (this.#durationNs + 1));
    const windows = Array.from({ length: randomWindows }, () => {
      const [a, b] = [point(), point()];
      return { from: Math.min(a, b), until: Math.max(a, b) };
    });
    for (const window of [whole, ...windows]) await this.#window(window);
    await this.#tiles(whole);
  }

  #expect(isSo: boolean, sentence: () => string): void {
    if (!isSo && this.complaints.length < 20) this.complaints.push(sentence());
  }

  async #rows({ from, until }: Window): Promise<readonly GoroutineWindowRow[]> {
    const params = { trace, from: traceNs(from), until: traceNs(until), sort: 'id' } as const;
    return (await this.#analyses['analyses.goroutines'](params, context)).goroutines ?? [];
  }

  async #window(window: Window): Promise<void> {
    const name = `${window.from}–${window.until}`;
    const rows = await this.#rows(window);
    for (const row of rows) {
      const parts = windowColumns.slice(1).reduce((so, column) => so + row[column], 0);
      this.#expect(
        parts === row.totalNs,
        () => `${name}: G${row.id}: parts are ${parts}, not ${row.totalNs}`,
      );
      const life = this.#timeOf(this.#spans.get(row.id) ?? [], window, () => true);
      this.#expect(
        life === row.totalNs,
        () => `${name}: G${row.id}: lives ${row.totalNs}, its spans ${life}`,
      );
      const blocked = Object.values(row.blockNs).reduce((so, ns) => so + ns, 0);
      const waits = row.networkNs + row.syncNs + row.sleepNs + row.gcNs + row.otherNs + row.unknownNs;
      this.#expect(blocked === waits, () => `${name}: G${row.id}: waits ${waits}, by reason ${blocked}`);
    }
    await this.#groups(window, name, rows);
    await this.#wall(window, name, rows);
    for (const kind of profileKinds) await this.#profile(window, name, kind);
  }

  async #groups({ from, until }: Window, name: string, rows: readonly GoroutineWindowRow[]): Promise<void> {
    const params = { trace, from: traceNs(from), until: traceNs(until), by: 'group' } as const;
    const { groups = [] } = await this.#analyses['analyses.goroutines'](params, context);
    await this.#groupSums({ from, until }, name, groups);
    for (const group of groups) {
      const own = rows.filter((row) => row.group === group.group);
      this.#expect(own.length === group.count, () => `${name}: ${group.name}: ${group.count} goroutines`);
      for (const column of windowColumns) {
        const values = own.map((row) => row[column]).sort((a, b) => a - b);
        const { sum, min, max, p90 } = group.figures[column];
        const all = values.reduce((so, ns) => so + ns, 0);
        const at = values[Math.ceil(0.9 * values.length) - 1];
        const isSo = sum === all && min === values[0] && max === values.at(-1) && p90 === at;
        this.#expect(isSo, () => `${name}: ${group.name}: ${column} is not that of its goroutines`);
      }
    }
  }

  /** What is stored of groups says the same as their goroutines. */
  async #groupSums({ from, until }: Window, name: string, groups: readonly GroupFigures[]): Promise<void> {
    const window = { from: traceNs(from), until: traceNs(until) };
    const order = { sort: 'name', descending: false, filter: '', offset: 0, limit: 1000 } as const;
    const { rows } = await this.#analyses['goroutines.groups']({ trace, ...window, ...order }, context);
    // Of no time at all they are told in the whole trace only.
    const told = rows.filter(({ totalNs }) => totalNs > 0);
    const some = groups.filter(({ figures }) => figures.totalNs.sum > 0);
    this.#expect(told.length === some.length, () => `${name}: ${told.length} groups, not ${some.length}`);
    for (const { group, count, figures } of some) {
      const row = rows.find((one) => one.group === group);
      const isSo =
        row?.count === count &&
        row.longestNs === figures.totalNs.max &&
        totalColumns.every((column) => row[column] === figures[column].sum);
      this.#expect(isSo, () => `${name}: sums of group ${group} are ${JSON.stringify(row)}, not of ${count}`);
    }
  }

  /** By start function, state and stack what the spans say; running and runnable time, whatever the stack, what the rows say. */
  async #wall({ from, until }: Window, name: string, rows: readonly GoroutineWindowRow[]): Promise<void> {
    const should = new Map<string, number>();
    const add = (sums: Map<string, number>, key: string, ns: number): void => {
      if (ns > 0) sums.set(key, (sums.get(key) ?? 0) + ns);
    };
    for (const row of rows) {
      add(should, `${row.group} running`, row.execNs);
      add(should, `${row.group} runnable`, row.schedWaitNs);
      for (const span of this.#spans.get(row.id) ?? []) {
        const state = stateClass(spanStates[span.state]!, this.#reasons[span.reason] ?? '');
        if (state === 'running' || state === 'runnable') continue;
        const ns = Math.min(until, span.end) - Math.max(from, span.start);
        add(should, `${row.group} ${state} ${span.stack}`, ns);
      }
    }
    const params = { trace, from: traceNs(from), until: traceNs(until) };
    const { groups, states, stacks, profile, total } = await this.#analyses['analyses.wall'](params, context);
    const found = new Map<string, number>();
    for (const [i, group] of groups.entries()) {
      const state = stateClasses[states[i]!]!;
      const isAnywhere = state === 'running' || state === 'runnable';
      add(found, `${group} ${state}${isAnywhere ? '' : ` ${stacks[i]!}`}`, profile.values[1]!.values[i]!);
    }
    for (const key of new Set([...should.keys(), ...found.keys()]))
      this.#expect(
        should.get(key) === found.get(key),
        () => `${name}: wall: ${key}: ${found.get(key)} ns, not ${should.get(key)}`,
      );
    const lives = rows.reduce((so, { totalNs }) => so + totalNs, 0);
    this.#expect(total.ns === lives, () => `${name}: wall: ${total.ns} ns, goroutines live ${lives}`);
  }

  async #profile({ from, until }: Window, name: string, kind: ProfileKind): Promise<void> {
    const params = { trace, kind, from: traceNs(from), until: traceNs(until) };
    const { total, parts } = await this.#analyses['analyses.profile'](params, context);
    const test = profileTests[kind];
    let [ns, count] = [0, 0];
    for (const spans of this.#spans.values()) {
      const isOf = (span: PackedSpan): boolean =>
        test(spanStates[span.state]!, this.#reasons[span.reason] ?? '');
      ns += this.#timeOf(spans, { from, until }, isOf);
      count += this.#staysOf(spans, { from, until }, isOf);
    }
    this.#expect(total.ns === ns, () => `${name}: profile ${kind}: ${total.ns} ns, spans have ${ns}`);
    // Stays that only an empty one parts are told apart, but not here.
    this.#expect(total.count >= count, () => `${name}: profile ${kind}: ${total.count} stays, not ${count}`);
    for (const [part, { ns: own }] of Object.entries(parts))
      this.#expect(own >= 0, () => `${name}: profile ${kind}: ${part} is ${own} ns`);
  }

  #timeOf(
    spans: readonly PackedSpan[],
    { from, until }: Window,
    isOf: (span: PackedSpan) => boolean,
  ): number {
    return spans.reduce(
      (so, span) =>
        so + (isOf(span) ? Math.max(0, Math.min(until, span.end) - Math.max(from, span.start)) : 0),
      0,
    );
  }

  #staysOf(
    spans: readonly PackedSpan[],
    { from, until }: Window,
    isOf: (span: PackedSpan) => boolean,
  ): number {
    const stays = joinSpans(spans.filter(isOf).map((span) => ({ ...span, state: Math.min(span.state, 5) })));
    return stays.filter((span) => Math.min(until, span.end) > Math.max(from, span.start)).length;
  }

  async #tiles(whole: Window): Promise<void> {
    const sums = new Map<GoId, Map<string, number>>();
    const edges = Array.from({ length: tiles + 1 }, (_, i) => Math.floor((whole.until * i) / tiles));
    for (let i = 0; i < tiles; i++)
      for (const row of await this.#rows({ from: edges[i]!, until: edges[i + 1]! })) {
        const own = sums.get(row.id) ?? new Map<string, number>();
        sums.set(row.id, own);
        for (const column of windowColumns) own.set(column, (own.get(column) ?? 0) + row[column]);
        for (const [name, ns] of Object.entries(row.rangeNs)) own.set(name, (own.get(name) ?? 0) + ns);
      }
    for (const row of await this.#rows(whole)) {
      for (const [name, ns] of Object.entries(row.rangeNs)) {
        const sum = sums.get(row.id)?.get(name) ?? 0;
        this.#expect(sum === ns, () => `G${row.id}: ${name} is ${ns}, tiles have ${sum}`);
      }
      for (const column of windowColumns) {
        const sum = sums.get(row.id)?.get(column) ?? 0;
        this.#expect(sum === row[column], () => `G${row.id}: ${column} is ${row[column]}, tiles have ${sum}`);
      }
    }
  }
}

const isSyscall = (state: string): boolean => state === 'Syscall' || state === 'BlockedSyscall';

/** What each profile is about, said once more. */
const profileTests: Readonly<Record<ProfileKind, (state: string, reason: string) => boolean>> = {
  net: (state, reason) => state === 'Waiting' && reason === 'network',
  sync: (state, reason) => state === 'Waiting' && waitClass(reason) === 'sync',
  syscall: isSyscall,
  sched: (state) => state === 'Runnable',
  sleep: (state, reason) => state === 'Waiting' && reason === 'sleep',
  gc: (state, reason) => state === 'Waiting' && waitClass(reason) === 'gc',
  preempt: (state, reason) => (state === 'Waiting' || state === 'Runnable') && reason === 'preempted',
  all: (state) => state === 'Waiting',
};
