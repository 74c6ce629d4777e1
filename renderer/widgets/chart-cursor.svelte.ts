import type { Range } from './chart-axis.ts';

/**
 * What is pointed at in a chart, and the range that is being chosen there; bars, columns or points on an axis, as numbers.
 * `begin`, `extend` … `taken` is one drag, or one Shift with arrows.
 */
export class ChartCursor {
  at = $state<number>();
  #anchor = $state<number>();
  /** From the lower to the higher end, both within it. */
  readonly range = $derived.by((): Range | undefined =>
    this.#anchor === undefined || this.at === undefined
      ? undefined
      : { from: Math.min(this.#anchor, this.at), until: Math.max(this.#anchor, this.at) },
  );

  /** Without choosing. */
  point(at: number | undefined): void {
    this.at = at;
    this.#anchor = undefined;
  }

  begin(at: number): void {
    this.at = at;
    this.#anchor = at;
  }

  extend(at: number): void {
    this.#anchor ??= this.at ?? at;
    this.at = at;
  }

  /** Ends the choosing. */
  taken(): Range | undefined {
    const { range } = this;
    this.#anchor = undefined;
    return range;
  }
}
