import type { App } from '../../state/app.svelte.ts';
import type { PageOptions } from '../../state/place.ts';
import { blockingOptions, optionsInAddress, type BlockingOptions } from './blocking-options.ts';

/** Browsers take only so many changes of an address in a while: it is written when nothing has changed for so long. */
const restMs = 150;

/** What is chosen on the page: in the address, or about to be. */
export class Choices {
  readonly #app: App;
  readonly #address: () => PageOptions;
  #pending = $state.raw<BlockingOptions>();
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App, address: () => PageOptions) {
    this.#app = app;
    this.#address = address;
  }

  readonly options = $derived.by(() => this.#pending ?? blockingOptions(this.#address()));

  /** A step that can be taken back. */
  readonly go = (some: Partial<BlockingOptions>): void => {
    this.#settle();
    this.#app.goTo('blocking', { options: optionsInAddress({ ...this.options, ...some }) });
  };

  /** Without a step of its own, as while one types. */
  readonly keep = (some: Partial<BlockingOptions>): void => this.#keep({ ...this.options, ...some });

  select(func: string | undefined): void {
    const { func: before, ...others } = this.options;
    if (before !== func) this.#keep(func === undefined ? others : { ...others, func });
  }

  /** Another address counts more than what was about to be written. */
  drop(): void {
    clearTimeout(this.#due);
    this.#pending = undefined;
  }

  #keep(options: BlockingOptions): void {
    clearTimeout(this.#due);
    this.#pending = options;
    this.#due = setTimeout(() => this.#settle(), restMs);
  }

  #settle(): void {
    const pending = this.#pending;
    this.drop();
    if (pending) this.#app.keepOptions(optionsInAddress(pending));
  }
}
