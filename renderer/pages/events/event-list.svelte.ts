import type { EventCount, EventPage, EventRow } from '#common/analyses/event-results.ts';
import type { EventScope } from '#common/analyses/event-scope.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { PagedRows, type PageOf } from '../../state/paged-rows.svelte.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

const copiedAtOnce = 1000;

/** The events that pass: a search goes through the trace, and the rows it has found can be scrolled through meanwhile. */
export class EventList {
  readonly rows = new PagedRows<EventRow, PageOf<EventRow>>(100);
  readonly search = new Answer<EventCount, EventCount>();
  /** Place in the list; −1: none. */
  active = $state(-1);
  /** An event that is looked at although the list does not have it. */
  beside = $state.raw<EventRow>();
  /** Where the list shall be scrolled to. */
  revealed = $state.raw<{ readonly index: number }>();
  /** The search was ended before its end. */
  isStopped = $state(false);
  readonly #trace: TraceState;
  #params: EventScope = {};

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  readonly selected = $derived.by(() => this.beside ?? this.rows.rowAt(this.active));
  /** How far the search is, or where it ended. */
  readonly count = $derived.by(() => this.search.part ?? this.search.value);

  ask(params: EventScope): void {
    this.#params = params;
    this.select(-1);
    this.search.value = undefined;
    this.rows.ask(({ offset, limit }, signal) => this.#page(offset, limit, signal));
    this.#look();
  }

  /** There is more of the trace. */
  refresh(): void {
    this.rows.refresh();
    if (!this.isStopped) this.#look();
  }

  stop(): void {
    this.search.cancel();
    this.isStopped = true;
    this.rows.refresh();
  }

  goOn(): void {
    this.#look();
  }

  /** What the search tells: there are more rows. */
  grown(): void {
    this.rows.refresh();
  }

  select(index: number): void {
    this.active = index;
    this.beside = undefined;
  }

  dispose(): void {
    this.search.cancel();
    this.rows.dispose();
  }

  /** Selects the first event from a time on. */
  async goTo(ns: number): Promise<void> {
    const { offset } = await this.#place(ns);
    this.#reveal(Math.min(offset, Math.max(0, this.rows.rowCount - 1)));
  }

  /** Selects the goroutine's next event, or the one before; if the list does not have it, it is only looked at. */
  async goToNeighbour(goroutine: GoId, direction: 'before' | 'after'): Promise<void> {
    const from = this.selected;
    if (!from) return;
    const question = { trace: this.#trace.opened.trace, index: from.index, goroutine, direction };
    const row = await this.#trace.caller.call('events.neighbour', question);
    if (!row || this.selected !== from) return;
    const { offset } = await this.#place(row.timeNs);
    const [found] = (await this.#page(offset, 1)).rows;
    if (found?.index === row.index) this.#reveal(offset);
    else this.beside = row;
  }

  async first(most: number): Promise<{ readonly rows: readonly EventRow[]; readonly rowCount: number }> {
    const rows: EventRow[] = [];
    for (;;) {
      const page = await this.#page(rows.length, Math.min(copiedAtOnce, most - rows.length));
      rows.push(...page.rows);
      if (rows.length >= Math.min(most, page.rowCount) || page.rows.length === 0)
        return { rows, rowCount: page.rowCount };
    }
  }

  #reveal(index: number): void {
    this.select(index);
    this.revealed = { index };
  }

  #look(): void {
    this.isStopped = false;
    const params = { trace: this.#trace.opened.trace, ...this.#params };
    this.search.ask(JSON.stringify(params), ({ signal, onProgress }) =>
      this.#trace.caller.call('events.find', params, { signal, onProgress }),
    );
  }

  #place(ns: number): Promise<{ readonly offset: number }> {
    const question = { trace: this.#trace.opened.trace, ...this.#params, at: traceNs(ns) };
    return this.#trace.caller.call('events.place', question);
  }

  async #page(
    offset: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<EventPage & { revision: number }> {
    const question = { trace: this.#trace.opened.trace, ...this.#params, offset, limit };
    const page = await this.#trace.caller.call('events.page', question, signal ? { signal } : {});
    return { ...page, revision: this.#trace.revision };
  }
}

/** One sentence of what went wrong; undefined where nothing did. */
export const sentenceOf = (failure: unknown): string | undefined =>
  failure === undefined || isCancelled(failure)
    ? undefined
    : failure instanceof Failure
      ? failure.message
      : 'The answer could not be understood.';
