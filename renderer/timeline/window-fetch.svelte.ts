import { Failure, isCancelled } from '#common/errors.ts';
import { lengthOf, widened, type TimeWindow } from '#common/timeline/time-window.ts';
import { SingleFlight } from '../state/single-flight.ts';

export interface Asked {
  readonly window: TimeWindow;
  /** How many columns the whole of `window` has. */
  readonly columns: number;
}

/** How far to both sides more is asked for than is seen, in windows. */
const ahead = 0.5;
const mostColumns = 8192;

/**
 * What an answer says of a window, asked again only where the window has left what is there, or is so much narrower or wider that
 * the answer's columns no longer fit. What is there stays until its successor comes.
 */
export class WindowFetch<Answer> {
  answer = $state.raw<Answer>();
  failure = $state.raw<Failure>();

  #asked: (Asked & { readonly revision: number; readonly subject: string }) | undefined;
  #wish: { readonly window: TimeWindow; readonly width: number; readonly revision: number } | undefined;
  #subject = '';
  #bounds: TimeWindow | undefined;
  readonly #fetch: (asked: Asked, signal: AbortSignal) => Promise<Answer>;
  /** Whether an answer holds for narrower windows as well, because nothing was left out. */
  readonly #isWhole: (answer: Answer) => boolean;
  readonly #gone = new AbortController();
  readonly #flight = new SingleFlight(() => this.#renew());

  constructor(
    fetch: (asked: Asked, signal: AbortSignal) => Promise<Answer>,
    isWhole: (answer: Answer) => boolean = () => false,
  ) {
    this.#fetch = fetch;
    this.#isWhole = isWhole;
  }

  /** `subject`: what else the answer depends on; another one makes the answer outdated. */
  want(window: TimeWindow, width: number, bounds: TimeWindow, revision: number, subject = ''): void {
    if (width <= 0) return;
    this.#wish = { window, width, revision };
    this.#bounds = bounds;
    this.#subject = subject;
    if (!this.#suffices()) this.#flight.run();
  }

  leave(): void {
    this.#gone.abort();
  }

  #suffices(): boolean {
    const [asked, wish] = [this.#asked, this.#wish];
    if (!asked || !wish || this.answer === undefined) return false;
    if (asked.revision < wish.revision || asked.subject !== this.#subject) return false;
    if (asked.window.from > wish.window.from || asked.window.until < wish.window.until) return false;
    const finer = lengthOf(asked.window) / asked.columns / (lengthOf(wish.window) / wish.width);
    return (finer <= 1.05 || this.#isWhole(this.answer)) && finer >= 0.2;
  }

  async #renew(): Promise<void> {
    const wish = this.#wish;
    if (!wish || !this.#bounds || this.#suffices() || this.#gone.signal.aborted) return;
    const subject = this.#subject;
    const window = widened(wish.window, ahead, this.#bounds);
    const columns = Math.max(
      1,
      Math.min(mostColumns, Math.ceil((wish.width * lengthOf(window)) / lengthOf(wish.window))),
    );
    try {
      const answer = await this.#fetch({ window, columns }, this.#gone.signal);
      this.answer = answer;
      this.#asked = { window, columns, revision: wish.revision, subject };
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}
