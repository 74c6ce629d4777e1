interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Keeps the longest of many stretches; those that were only cut count as one. They come in order of time. */
export class LongestStretches {
  readonly #most: number;
  #kept: Stretch[] = [];
  /** What is not longer than this does not belong to them. */
  #bar = 0;
  #from = NaN;
  #until = NaN;
  #what = NaN;
  #stack = NaN;

  constructor(most: number) {
    this.#most = most;
  }

  /** `what`, `stack`: tell stretches that touch apart. */
  add(from: number, until: number, what: number, stack: number): void {
    if (from === this.#until && what === this.#what && stack === this.#stack) {
      this.#until = until;
      return;
    }
    this.#end();
    this.#from = from;
    this.#until = until;
    this.#what = what;
    this.#stack = stack;
  }

  /** The longest first. */
  get found(): readonly Stretch[] {
    this.#end();
    this.#from = this.#until = NaN;
    this.#drop();
    return this.#kept;
  }

  #end(): void {
    if (!(this.#until - this.#from > this.#bar)) return;
    this.#kept.push({ from: this.#from, until: this.#until });
    if (this.#kept.length >= this.#most * 2) this.#drop();
  }

  #drop(): void {
    this.#kept = this.#kept
      .sort((a, b) => b.until - b.from - (a.until - a.from) || a.from - b.from)
      .slice(0, this.#most);
    const last = this.#kept.at(-1);
    if (last && this.#kept.length === this.#most) this.#bar = last.until - last.from;
  }
}
