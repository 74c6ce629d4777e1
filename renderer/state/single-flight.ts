/**
 * Runs a task at most once at a time. Asking while it runs makes it run once more afterwards, however often one asks: for
 * figures that are asked for again with every generation that was read.
 */
export class SingleFlight {
  #running = false;
  #again = false;
  readonly #task: () => Promise<void>;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  run(): void {
    if (this.#running) this.#again = true;
    else void this.#loop();
  }

  async #loop(): Promise<void> {
    this.#running = true;
    try {
      do {
        this.#again = false;
        await this.#task();
      } while (this.#wasAskedAgain());
    } finally {
      this.#running = false;
    }
  }

  /** A method, since the compiler cannot see that `run` sets it while the task is awaited. */
  #wasAskedAgain(): boolean {
    return this.#again;
  }
}
