import type { SearchHit, SearchKind } from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { Timeline } from './timeline.svelte.ts';

const mostHits = 50;

/** What was searched for and found, and which of it is shown. The newest text wins. */
export class LaneSearch {
  isOpen = $state(false);
  text = $state('');
  hits = $state.raw<readonly SearchHit[]>([]);
  more = $state.raw<readonly SearchKind[]>([]);
  /** The hit that is shown; −1: none yet. */
  at = $state(-1);
  isSearching = $state(false);
  failure = $state.raw<Failure>();
  /** Grows when the field shall have the focus. */
  wishes = $state(0);
  onlyLanes = $state(false);

  readonly #trace: TraceState;
  readonly #timeline: Timeline;
  #call = new AbortController();

  constructor(trace: TraceState, timeline: Timeline) {
    this.#trace = trace;
    this.#timeline = timeline;
  }

  openFor(what: 'all' | 'lanes'): void {
    this.onlyLanes = what === 'lanes';
    this.isOpen = true;
    this.wishes += 1;
    if (this.text !== '') void this.search(this.text);
  }

  close(): void {
    this.isOpen = false;
    this.#call.abort();
  }

  leave(): void {
    this.#call.abort();
  }

  async search(text: string): Promise<void> {
    this.text = text;
    this.#call.abort();
    this.#call = new AbortController();
    const { signal } = this.#call;
    this.at = -1;
    if (text.trim() === '') {
      this.hits = [];
      this.more = [];
      this.isSearching = false;
      return;
    }
    this.isSearching = true;
    try {
      const { trace } = this.#trace.opened;
      const found = await this.#trace.caller.call(
        'search',
        { trace, text: text.trim(), limit: mostHits },
        { signal },
      );
      if (signal.aborted) return;
      const isLane = ({ kind }: SearchHit): boolean => kind === 'goroutine' || kind === 'function';
      this.hits = this.onlyLanes ? found.hits.filter(isLane) : found.hits;
      this.more = found.more;
      this.failure = undefined;
      this.isSearching = false;
    } catch (error) {
      if (isCancelled(error) || signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      this.hits = [];
      this.failure = error;
      this.isSearching = false;
    }
  }

  /** To the next hit (1) or the one before (−1), round and round. */
  step(by: 1 | -1): void {
    const count = this.hits.length;
    if (count > 0) this.show((((this.at + by) % count) + count) % count);
  }

  show(at: number): void {
    const hit = this.hits[at];
    if (!hit) return;
    this.at = at;
    const timeline = this.#timeline;
    switch (hit.kind) {
      case 'goroutine':
        timeline.showLane(`g${hit.goroutine.id}`);
        timeline.select({ kind: 'lane', lane: `g${hit.goroutine.id}` });
        timeline.revealIfOutside(hit.atNs, hit.atNs);
        return;
      case 'function':
        timeline.showGroup(hit.group);
        return;
      case 'task': {
        const { fromNs, untilNs } = hit.task;
        const from = Number.isNaN(fromNs) ? hit.atNs : fromNs;
        timeline.revealIfOutside(from, Number.isNaN(untilNs) ? from : untilNs);
        if (hit.goroutine) timeline.jumpToMarks(`g${hit.goroutine.id}`);
        return;
      }
      case 'log':
        timeline.revealIfOutside(hit.atNs, hit.atNs);
        timeline.jumpToMarks(`g${hit.goroutine.id}`);
        return;
    }
  }
}
