/**
 * The selected row of a table whose rows move: it is remembered by what it is, and by its place only until that is known.
 * Until somebody chooses, it is whatever row stands first.
 */
export class RowSelection<Key> {
  #index = $state(0);
  #key = $state.raw<Key>();
  readonly #keyAt: (index: number) => Key | undefined;
  readonly #find: (key: Key) => number | undefined;

  constructor(keyAt: (index: number) => Key | undefined, find: (key: Key) => number | undefined) {
    this.#keyAt = keyAt;
    this.#find = find;
  }

  readonly index = $derived.by(() => {
    if (this.#key === undefined) return this.#index;
    // A row that has been scrolled away may be forgotten by its table; it is where it was.
    return this.#find(this.#key) ?? this.#index;
  });

  select(index: number): void {
    this.#index = index;
    this.#key = index < 0 ? undefined : this.#keyAt(index);
  }

  clear(): void {
    this.select(-1);
  }
}
