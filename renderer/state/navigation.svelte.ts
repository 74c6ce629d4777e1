import { addressOf, placeOf, type Place } from './place.ts';

/** Where one is, with a way back and forth. It lives in the browser's own history, so that its buttons and gestures work. */
export class Navigation {
  place = $state.raw<Place>({ page: 'start' });
  #index = $state(0);
  /** How far forward leads. After a reload that is not known, and then taken for nowhere. */
  #last = $state(0);
  readonly canUndo = $derived(this.#index > 0);
  readonly canRedo = $derived(this.#index < this.#last);
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.#index = indexIn(window.history.state);
    this.#last = this.#index;
    this.place = placeOf(window.location.hash);
    window.addEventListener('popstate', (event) => {
      this.#index = indexIn(event.state);
      this.#last = Math.max(this.#last, this.#index);
      this.place = placeOf(window.location.hash);
    });
  }

  go(place: Place): void {
    if (addressOf(place) === addressOf(this.place)) return;
    this.#index += 1;
    this.#last = this.#index;
    this.#window.history.pushState({ index: this.#index }, '', `#${addressOf(place)}`);
    this.place = place;
  }

  /** Without a way back: for what one never meant to visit. */
  replace(place: Place): void {
    this.#window.history.replaceState({ index: this.#index }, '', `#${addressOf(place)}`);
    this.place = place;
  }

  undo(): void {
    if (this.canUndo) this.#window.history.back();
  }

  redo(): void {
    if (this.canRedo) this.#window.history.forward();
  }
}

function indexIn(state: unknown): number {
  const index = (state as { readonly index?: unknown } | null)?.index;
  return typeof index === 'number' ? index : 0;
}
