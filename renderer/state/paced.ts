/** So often at most while something moves. */
const paceMs = 80;
/** It rests once nothing has moved for so long. */
const restMs = 150;

/** Acts at once, then at a steady pace while it is asked for again and again, and once more when that has come to rest. */
export class Paced {
  readonly #act: () => void;
  readonly #atRest: () => void;
  #actedMs = -Infinity;
  #due: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(act: () => void, atRest: () => void) {
    this.#act = act;
    this.#atRest = atRest;
  }

  soon(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#atRest(), restMs);
    if (this.#due !== undefined) return;
    const wait = this.#actedMs + paceMs - performance.now();
    if (wait <= 0) this.#now();
    else this.#due = setTimeout(() => this.#now(), wait);
  }

  stop(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#rest);
    this.#due = undefined;
  }

  #now(): void {
    this.#due = undefined;
    this.#actedMs = performance.now();
    this.#act();
  }
}
