import { totalColumns } from '#common/analyses/goroutine-results.ts';

interface Sums {
  count: number;
  longestNs: number;
  readonly totals: Float64Array;
}

/** Sums by start function: of goroutines that are over, and of those still alive, which are summed anew each time. */
export class GroupSums {
  readonly #over = new Map<number, Sums>();
  #alive = new Map<number, Sums>();

  forgetAlive(): void {
    this.#alive = new Map();
  }

  /** `totals` in the order of `totalColumns`. */
  add(name: number, isAlive: boolean, totals: Float64Array): void {
    const map = isAlive ? this.#alive : this.#over;
    let sums = map.get(name);
    if (!sums) {
      sums = { count: 0, longestNs: 0, totals: new Float64Array(totalColumns.length) };
      map.set(name, sums);
    }
    addInto(sums, 1, totals[0]!, totals);
  }

  /** Name, count, longest life and totals of each group. */
  *rows(): Generator<readonly number[]> {
    const names = new Set([...this.#over.keys(), ...this.#alive.keys()]);
    for (const name of names) {
      const sums: Sums = { count: 0, longestNs: 0, totals: new Float64Array(totalColumns.length) };
      for (const part of [this.#over.get(name), this.#alive.get(name)])
        if (part) addInto(sums, part.count, part.longestNs, part.totals);
      yield [name, sums.count, sums.longestNs, ...sums.totals];
    }
  }
}

function addInto(sums: Sums, count: number, longestNs: number, totals: Float64Array): void {
  sums.count += count;
  sums.longestNs = Math.max(sums.longestNs, longestNs);
  for (let i = 0; i < totals.length; i++) sums.totals[i] = sums.totals[i]! + totals[i]!;
}
