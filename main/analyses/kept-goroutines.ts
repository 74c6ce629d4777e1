import type { Scope } from '#common/analyses/scope.ts';
import type { TraceReader } from '#db/reader.ts';
import type { Selection } from './selection.ts';
import type { SummedGoroutines } from './summed-goroutines.ts';

/** What takes more is not kept. */
const mostBytes = 192 << 20;

/** What goroutines did in the scope that was asked about last: other pages of it need no other look at their spans. */
export class KeptGoroutines {
  readonly #reader: TraceReader;
  #kept: { readonly key: string; readonly summed: SummedGoroutines } | undefined;

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  *of(
    scope: Scope,
    { from, until }: Selection,
    sum: () => Generator<void, SummedGoroutines>,
  ): Generator<void, SummedGoroutines> {
    const { goroutines, groups, text, task, region } = scope;
    const { revision } = this.#reader.trace();
    const key = JSON.stringify({ revision, from, until, goroutines, groups, text, task, region });
    if (this.#kept?.key === key) return this.#kept.summed;
    // Not both at once.
    this.#kept = undefined;
    const summed = yield* sum();
    if (summed.bytes <= mostBytes) this.#kept = { key, summed };
    return summed;
  }
}
