/** Wall-clock profile: all time of goroutines, by start function, state and stack. Definition: docs/figures.md. */
import type { Stays } from '#common/analyses/profile-analysis.ts';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { spanStates, stateClass, stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { nameIx, stackIx } from '#common/ids.ts';
import { durNs, traceNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Answer } from './answers.ts';
import type { Selection } from './selection.ts';
import { selectionOf } from './selection.ts';
import { sampledStacks, type StacksByGroup } from './sampled-stacks.ts';
import { stackProfile } from './stack-profile.ts';
import { sumSpans } from './span-sums.ts';

interface WallRow {
  readonly group: number;
  /** Place in `stateClasses`. */
  readonly state: number;
  readonly stack: number;
  count: number;
  ns: number;
}

const running = stateClasses.indexOf('running');
const runnable = stateClasses.indexOf('runnable');

export const wallAnswer: Answer<'wall'> = function* (inputs, params): Generator<void, WallAnalysis> {
  const { reader } = inputs;
  const selection = selectionOf(inputs, params);
  const { sums } = yield* sumSpans(inputs, { name: true, stack: true }, selection);
  const rows = new WallRows();
  const reasons = reader.reasons();
  for (let i = 0; i < sums.count; i++) {
    const state = spanStates[sums.states[i]!] ?? 'Undetermined';
    const place = stateClasses.indexOf(stateClass(state, reasons[sums.reasons[i]!] ?? ''));
    // The stack of one that runs, or could, is not about what it does.
    const stack = place === running || place === runnable ? 0 : sums.stacks[i]!;
    rows.add(sums.groups[i]!, place, stack, sums.stays[i]!, sums.ns[i]!);
  }
  yield;
  const spread = rows.spreadRunning(yield* sampledStacks(inputs, selection));
  return answerOf(reader, selection, rows.longestFirst(), spread);
};

interface Spread {
  readonly samples: number;
  readonly ns: number;
}

class WallRows {
  readonly #rows = new Map<string, WallRow>();

  add(group: number, state: number, stack: number, count: number, ns: number): void {
    const key = `${group} ${state} ${stack}`;
    const known = this.#rows.get(key);
    if (known) {
      known.count += count;
      known.ns += ns;
    } else this.#rows.set(key, { group, state, stack, count, ns });
  }

  /** Running time of each start function, in proportion to the samples of its goroutines; to the nanosecond the same. */
  spreadRunning(sampled: StacksByGroup): Spread {
    let [samples, ns] = [0, 0];
    for (const [group, stacks] of sampled) {
      const row = this.#rows.get(`${group} ${running} 0`);
      if (!row) continue;
      const all = [...stacks.values()].reduce((so, count) => so + count, 0);
      const { ns: whole } = row;
      row.ns = 0;
      let [seen, given] = [0, 0];
      for (const [stack, count] of stacks) {
        seen += count;
        const until = seen === all ? whole : Math.round(whole * (seen / all));
        this.add(group, running, stack, 0, until - given);
        given = until;
      }
      samples += all;
      ns += whole - row.ns;
    }
    return { samples, ns };
  }

  longestFirst(): readonly WallRow[] {
    const rows = [...this.#rows.values()].filter(({ count, ns }) => count !== 0 || ns !== 0);
    return rows.sort((a, b) => b.ns - a.ns || a.group - b.group || a.state - b.state || a.stack - b.stack);
  }
}

function answerOf(
  reader: TraceReader,
  { from, until }: Selection,
  rows: readonly WallRow[],
  spread: Spread,
): WallAnalysis {
  const stacks = rows.map(({ stack }) => stackIx(stack));
  const roots = new Map([...new Set(rows.map(({ group }) => group))].map((ix) => [ix, reader.name(ix)]));
  const column = (figure: 'count' | 'ns'): Float64Array => Float64Array.from(rows, (row) => row[figure]);
  const profile = stackProfile(
    reader,
    stacks,
    [
      { type: 'stays', unit: 'count', values: column('count') },
      { type: 'time', unit: 'nanoseconds', values: column('ns') },
    ],
    rows.map(({ group }) => roots.get(group)!),
  );
  const byState = stateClasses.map((name, state) => [
    name,
    staysOf(rows.filter((row) => row.state === state)),
  ]);
  return {
    fromNs: traceNs(from),
    untilNs: traceNs(until),
    total: staysOf(rows),
    byState: Object.fromEntries(byState) as Record<StateClass, Stays>,
    samples: spread.samples,
    spreadNs: durNs(spread.ns),
    groups: rows.map(({ group }) => nameIx(group)),
    states: Uint8Array.from(rows, ({ state }) => state),
    stacks,
    profile,
  };
}

const staysOf = (rows: readonly WallRow[]): Stays => ({
  count: rows.reduce((so, { count }) => so + count, 0),
  ns: durNs(rows.reduce((so, { ns }) => so + ns, 0)),
});
