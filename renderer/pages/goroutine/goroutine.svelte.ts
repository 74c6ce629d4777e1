import type { GoroutineWindowRow } from '#common/analyses/goroutine-analysis.ts';
import type { GoroutineDetail, NamedDuration, StackFrame } from '#common/analyses/goroutine-results.ts';
import type { EventRow } from '#common/analyses/event-results.ts';
import type {
  GoroutineChildren,
  GoroutineMarks,
  GoroutineWaits,
  SpanLinks,
} from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { GoId, StackIx } from '#common/ids.ts';
import type { Span } from '#common/timeline/span-picture.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { SingleFlight } from '../../state/single-flight.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { LifeBand } from '../../timeline/life-band.svelte.ts';
import { eventsAround } from './events-around.ts';

const mostWaits = 12;
const mostMarks = 12;
export const mostChildren = 1000;

/** One goroutine: its figures, its life, and the stacks that were looked at. */
export class Goroutine {
  readonly id: GoId;
  readonly band: LifeBand;
  detail = $state.raw<GoroutineDetail>();
  failure = $state.raw<Failure>();
  /** What of its life the cards are about; absent: all of it. */
  window = $state.raw<TimeWindow>();
  readonly waits = new Answer<GoroutineWaits>();
  readonly children = new Answer<GoroutineChildren>();
  readonly marks = new Answer<GoroutineMarks | undefined>();
  /** Its figures in the window. */
  readonly figures = new Answer<GoroutineWindowRow | undefined>();
  /** Of the span that is selected. */
  readonly links = new Answer<SpanLinks | undefined>();
  readonly events = new Answer<readonly EventRow[]>();

  /** Special ranges, in the window if there is one; the longest first. */
  readonly ranges = $derived.by((): readonly NamedDuration[] => {
    if (!this.window) return this.detail?.ranges ?? [];
    const inside = Object.entries(this.figures.value?.rangeNs ?? {});
    return inside.map(([name, ns]) => ({ name, ns })).sort((a, b) => b.ns - a.ns);
  });

  readonly #trace: TraceState;
  readonly #gone = new AbortController();
  readonly #renewal = new SingleFlight(() => this.#renew());
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- promises that never change
  readonly #frames = new Map<StackIx, Promise<readonly StackFrame[]>>();

  constructor(trace: TraceState, id: GoId) {
    this.id = id;
    this.#trace = trace;
    this.band = new LifeBand(trace, id);
  }

  refresh(): void {
    this.#renewal.run();
  }

  leave(): void {
    this.#gone.abort();
    this.band.leave();
    for (const answer of [this.waits, this.children, this.marks, this.figures, this.links, this.events])
      answer.cancel();
  }

  /** What it did in the window, or in all of its life. */
  ask(window: TimeWindow | undefined): void {
    this.window = window;
    const { trace } = this.#trace.opened;
    const { caller } = this.#trace;
    const until = traceNs(Math.max(1, this.#trace.facts?.durationNs ?? 1));
    const stretch = window ?? { from: traceNs(0), until };
    const about = { trace, id: this.id, ...stretch };
    const key = JSON.stringify(about);
    this.waits.ask(key, ({ signal }) =>
      caller.call('goroutines.waits', { ...about, most: mostWaits }, { signal }),
    );
    this.marks.ask(key, async ({ signal }) => {
      const params = { trace, ...stretch, goroutines: [this.id], most: mostMarks };
      return (await caller.call('timeline.marks', params, { signal })).goroutines[0];
    });
    this.figures.ask(key, async ({ signal }) => {
      if (!window) return undefined;
      const params = { trace, ...window, goroutines: [this.id] };
      return (await caller.call('analyses.goroutines', params, { signal })).goroutines?.[0];
    });
    this.askChildren(6);
  }

  /** As much of it as lies in its life. */
  lookAt(window: TimeWindow): void {
    const { life } = this.band;
    const from = traceNs(Math.max(life.from, window.from));
    const until = traceNs(Math.min(life.until, window.until));
    if (until > from) this.band.look({ from, until });
  }

  askChildren(most: number): void {
    const params = this.#childParams(most);
    this.children.ask(JSON.stringify(params), ({ signal }) =>
      this.#trace.caller.call('goroutines.children', params, { signal }),
    );
  }

  /** More than are shown, as one answer may hold. */
  async firstChildren(most: number) {
    const params = this.#childParams(Math.min(mostChildren, most));
    const { children: rows, count: rowCount } = await this.#trace.caller.call('goroutines.children', params);
    return { rows, rowCount };
  }

  #childParams(most: number) {
    const { trace } = this.#trace.opened;
    const until = traceNs(Math.max(1, this.#trace.facts?.durationNs ?? 1));
    return { trace, id: this.id, from: traceNs(0), until, ...this.window, most };
  }

  /** How the selected span hangs together with others, and what happened around it. */
  askAbout(span: Span | undefined): void {
    const { trace } = this.#trace.opened;
    const { caller } = this.#trace;
    const about = { trace, goroutine: this.id, at: span?.from ?? traceNs(0) };
    const key = span ? JSON.stringify(about) : '';
    this.links.ask(key, async ({ signal }) =>
      span ? caller.call('timeline.links', about, { signal }) : undefined,
    );
    this.events.ask(key, async ({ signal }) =>
      span ? eventsAround(caller, trace, this.id, span, signal) : [],
    );
  }

  /** What it does at a time, as a whole. */
  async stayAt(at: number): Promise<Span | undefined> {
    const { trace } = this.#trace.opened;
    const params = { trace, goroutine: this.id, at: traceNs(at) };
    try {
      const { stay } = await this.#trace.caller.call('timeline.links', params, { signal: this.#gone.signal });
      const leaf = stay.stack === 0 ? '' : ((await this.frames(stay.stack))[0]?.function ?? '');
      const { fromNs: from, untilNs: until, stateClass, reason, stack } = stay;
      return { from, until, stateClass, reason, stack, leaf };
    } catch (error) {
      if (isCancelled(error) || error instanceof Failure) return undefined;
      throw error;
    }
  }

  /** Asked for once; a failed one again. */
  frames(stack: StackIx): Promise<readonly StackFrame[]> {
    const known = this.#frames.get(stack);
    if (known) return known;
    const { trace } = this.#trace.opened;
    const asked = this.#trace.caller.call('stacks.frames', { trace, stack });
    this.#frames.set(stack, asked);
    asked.catch(() => this.#frames.delete(stack));
    return asked;
  }

  async #renew(): Promise<void> {
    const { trace } = this.#trace.opened;
    try {
      const params = { trace, id: this.id };
      const detail = await this.#trace.caller.call('goroutines.detail', params, {
        signal: this.#gone.signal,
      });
      this.detail = detail;
      this.failure = undefined;
      this.band.setLife({ from: detail.fromNs, until: detail.untilNs });
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}
