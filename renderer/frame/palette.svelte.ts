import type { SearchResult } from '#common/analyses/timeline-details.ts';
import { traceNs } from '#common/units.ts';
import { Answer } from '../state/answer.svelte.ts';
import type { App } from '../state/app.svelte.ts';
import {
  paletteQuery,
  paletteSections,
  searchedText,
  type Effect,
  type PaletteEntry,
} from '../state/palette-entries.ts';

const mostHits = 50;

/** The palette while it is open: what was typed, what it offers for that, and which of it is chosen. */
export class Palette {
  typed = $state('');
  /** Of all entries, in the order in which they stand. */
  at = $state(0);
  readonly #app: App;
  readonly #found = new Answer<SearchResult>();

  constructor(app: App) {
    this.#app = app;
    void app.refreshRecent();
  }

  readonly query = $derived(paletteQuery(this.typed));
  readonly sections = $derived.by(() => {
    const isAnswered = this.#found.answered === searchedText(this.query);
    return paletteSections(this.query, {
      hits: isAnswered ? (this.#found.value?.hits ?? []) : [],
      recent: this.#app.recent.filter(({ path }) => path !== this.#app.trace?.opened.path),
      canDo: (action) => this.#app.keyboard.canDo(action),
      wholeNs: this.#app.trace?.facts?.durationNs ?? 0,
    });
  });
  readonly entries = $derived(this.sections.flatMap(({ entries }) => entries));
  readonly isSearching = $derived(this.#found.isLoading);
  readonly failure = $derived(this.#found.failure);
  readonly chosen = $derived(this.entries[Math.min(this.at, this.entries.length - 1)]);

  type(typed: string): void {
    this.typed = typed;
    this.at = 0;
    const text = searchedText(this.query);
    const { trace } = this.#app;
    if (text === undefined || !trace) {
      this.#found.cancel();
      return;
    }
    this.#found.ask(text, ({ signal }) =>
      trace.caller.call(
        'search',
        { trace: trace.opened.trace, text: text.slice(0, 200), limit: mostHits },
        { signal },
      ),
    );
  }

  step(by: number): void {
    const count = this.entries.length;
    if (count > 0) this.at = (Math.min(this.at, count - 1) + by + count) % count;
  }

  leave(): void {
    this.#found.cancel();
  }

  /** `filters`: stays on the page and keeps only what was chosen, where that can be. */
  act(entry: PaletteEntry, filters: boolean): void {
    if (!filters || !this.#filterBy(entry.effect)) this.#follow(entry.effect);
  }

  #filterBy(effect: Effect): boolean {
    const { scope } = this.#app;
    if (effect.kind !== 'hit') return false;
    const { hit } = effect;
    if (hit.kind === 'function') scope.filterBy({ ...scope.filter, group: hit.name });
    else if (hit.kind === 'task') scope.filterBy({ ...scope.filter, task: hit.task.id });
    else scope.filterBy({ ...scope.filter, goroutine: hit.goroutine.id });
    return true;
  }

  #follow(effect: Effect): void {
    const app = this.#app;
    switch (effect.kind) {
      case 'action':
        app.keyboard.perform(effect.action);
        return;
      case 'open':
        void app.open(effect.path);
        return;
      case 'time':
        this.#showTime(effect.ns);
        return;
      case 'text':
        this.#withText(effect.page, effect.text);
        return;
      case 'hit':
        this.#showHit(effect.hit);
    }
  }

  #showHit(hit: Extract<Effect, { kind: 'hit' }>['hit']): void {
    const app = this.#app;
    if (hit.kind === 'function') app.showGroup(hit.name);
    else if (hit.kind === 'goroutine') app.showGoroutine(hit.goroutine.id);
    else if (hit.kind === 'task') app.goTo('tasks', { options: { task: hit.task.id } });
    else app.showOnTimeline(`g${hit.goroutine.id}`, hit.atNs);
  }

  #withText(page: 'blocking' | 'events' | 'filter', text: string): void {
    const app = this.#app;
    if (page === 'filter') app.scope.filterBy({ ...app.scope.filter, text });
    else app.goTo(page, { options: page === 'blocking' ? { find: text } : { text } });
  }

  /** A thousandth of the trace around it, or of the window that is seen if that is shorter. */
  #showTime(ns: number): void {
    const app = this.#app;
    const whole = app.trace?.facts?.durationNs ?? 0;
    const shown = app.scope.windows.at(-1);
    const half = Math.max(500, Math.min(whole / 2000, shown ? (shown.until - shown.from) / 2 : Infinity));
    const window = {
      from: traceNs(Math.max(0, Math.round(ns - half))),
      until: traceNs(Math.min(whole, Math.round(ns + half))),
    };
    app.goTo('timeline', { scope: { ...app.scopeWith({}), window, outer: [] } });
  }
}
