/** Random choices that are the same for the same seed, on any machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  /** One stream of choices for each pair of numbers. */
  constructor(seed: number, index: number) {
    this.#a = seed | 0;
    this.#b = index | 0;
    this.#c = Math.floor(index / 0x100000000) ^ 0x9e3779b9;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 random bits (the generator sfc32). */
  next(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer from 0 to `limit` − 1; 0 if there is none. */
  below(limit: number): number {
    return limit <= 1 ? 0 : Math.floor((this.next() / 0x100000000) * limit);
  }

  /** Small numbers more often than large ones, up to `limit` − 1. */
  small(limit: number): number {
    return this.below(this.below(limit) + 1);
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
