import type { Span } from '#common/timeline/span-picture.ts';
import type { App } from '../../state/app.svelte.ts';
import type { Action } from '../../state/keys.ts';
import type { TracePlace } from '../../state/place.ts';
import type { Goroutine } from './goroutine.svelte.ts';

/** What keys and buttons do to the page of a goroutine. The selected span stands in the address: `at`, when it begins. */
export class GoroutineActions {
  readonly #app: App;
  readonly #goroutine: Goroutine;
  readonly #place: () => TracePlace;

  constructor(app: App, goroutine: Goroutine, place: () => TracePlace) {
    this.#app = app;
    this.#goroutine = goroutine;
    this.#place = place;
  }

  get byKey(): Partial<Record<Action, () => void>> {
    const { band } = this.#goroutine;
    return {
      'zoom-in': () => band.zoom(1 / 1.5),
      'zoom-out': () => band.zoom(1.5),
      earlier: () => band.pan(-0.25),
      later: () => band.pan(0.25),
      'next-span': () => band.step(1),
      'previous-span': () => band.step(-1),
      fit: () => band.fit(),
      whole: () => band.lookAtAll(),
      clear: () => band.select(undefined),
      waker: () => this.toWaker(),
      woken: () => this.toWoken(),
      creator: () => this.toCreator(),
      'to-timeline': () => this.showOnTimeline(),
      'to-blocking': () => this.showBlocking(),
      up: () => this.goBack(),
    };
  }

  goBack(): void {
    this.#app.goTo('goroutines');
  }

  /** The stay at that time of another goroutine, on its page; `]` leads back from there. */
  follow(goroutine: number, at: number): void {
    const { id, band } = this.#goroutine;
    const options = { id: goroutine.toString(), at: Math.round(at).toString() };
    const back = band.selected ? { back: `${id}@${band.selected.from}` } : {};
    this.#app.goTo('goroutine', { options: { ...options, ...back } });
  }

  toWaker(): void {
    const wake = this.#goroutine.links.value?.wake;
    if (wake?.by) this.follow(wake.by.id, wake.atNs);
  }

  /** Back to where `[` came from, else to the first that was woken. */
  toWoken(): void {
    const links = this.#goroutine.links.value;
    if (!links) return;
    const [id, at] = (this.#place().options['back'] ?? '').split('@').map(Number);
    const wakes = links.next ? [...links.wakes, links.next] : links.wakes;
    const [first] = wakes;
    if (wakes.some(({ goroutine }) => goroutine.id === id)) this.follow(id!, at!);
    else if (first) this.follow(first.goroutine.id, first.ended?.fromNs ?? first.atNs);
  }

  toCreator(): void {
    const { detail } = this.#goroutine;
    if (detail?.creator) this.follow(detail.creator.id, detail.creationNs);
  }

  showOnTimeline(): void {
    const { id, band } = this.#goroutine;
    const { selected } = band;
    this.#app.showOnTimeline(`g${id}`, selected?.from ?? band.life.from, selected ?? band.life);
  }

  showBlocking(): void {
    this.#app.goTo('blocking', { scope: this.#app.scopeWith({ goroutine: this.#goroutine.id }) });
  }

  /** What the address says. */
  async selectAt(at: string | undefined): Promise<void> {
    const { band } = this.#goroutine;
    if (at === undefined || !/^\d{1,16}$/.test(at) || band.selected?.from === Number(at)) return;
    const span = await this.#goroutine.stayAt(Number(at));
    if (!span || this.#place().options['at'] !== at) return;
    band.select(span);
    band.fit(span);
  }

  keepSelected(span: Span | undefined): void {
    const { options } = this.#place();
    const at = span ? Math.round(span.from).toString() : '';
    if (!span || (options['at'] ?? '') === at) return;
    this.#app.keepOptions({ ...options, at });
  }
}
