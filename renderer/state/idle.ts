import type { Caller } from '#common/rpc/handlers.ts';

/** How long nothing must be under way: what one answer leads to (a page, a stack) is asked within this time. */
const settleMs = 40;

/**
 * Tells on the document whether the window is at rest: no request is under way and no trace is being read. Whoever drives the
 * app from outside waits for that instead of for time.
 *
 *     <html data-idle="true">
 */
export class Idle {
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#later();
  }

  /** Counts a piece of work until it ends, well or badly. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay++;
    clearTimeout(this.#timer);
    this.#element.dataset['idle'] = 'false';
    try {
      return await work;
    } finally {
      this.#underWay--;
      this.#later();
    }
  }

  /** The same caller, with its calls counted. `trace.watch` ends with the reading; `trace.changed` waits for what may never come. */
  counting(caller: Caller): Caller {
    return {
      call: (method, params, options) => {
        const answer = caller.call(method, params, options);
        return method === 'trace.changed' ? answer : this.during(answer);
      },
    };
  }

  #later(): void {
    if (this.#underWay > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.dataset['idle'] = 'true'), settleMs);
  }
}
