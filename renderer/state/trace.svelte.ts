import type { TraceFacts } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { FileChange, LoadProgress, OpenedTrace } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { keepingAnswers } from './kept-answers.ts';
import { SingleFlight } from './single-flight.ts';

/** One opened trace: how far reading has come, its facts and its diagnostics. */
export class TraceState {
  readonly opened: OpenedTrace;
  readonly caller: Caller;
  progress = $state.raw<LoadProgress>();
  facts = $state.raw<TraceFacts>();
  diagnostics = $state.raw<readonly Diagnostic[]>([]);
  /** The file is not any more what is shown. */
  change = $state.raw<FileChange>();
  readonly reading = $derived(this.progress === undefined || this.progress.stage === 'reading');
  /** Grows whenever there may be more to show; once more at the end, when the last of it is stored. */
  readonly revision = $derived((this.progress?.revision ?? 0) * 2 + (this.reading ? 0 : 1));

  readonly #gone = new AbortController();
  readonly #renewal = new SingleFlight(() => this.#renew());

  constructor(caller: Caller, opened: OpenedTrace) {
    this.caller = keepingAnswers(caller, () => this.revision);
    this.opened = opened;
  }

  /** Follows the reading to its end. Throws the failure if nothing could be read. */
  async watch(): Promise<void> {
    const last = await this.caller.call(
      'trace.watch',
      { trace: this.opened.trace },
      { signal: this.#gone.signal, onProgress: (progress) => this.#advance(progress) },
    );
    this.#advance(last);
    this.#renewal.run();
    if (last.stage === 'failed') {
      throw new Failure('nothing-readable', last.failure?.sentence ?? 'Nothing in the file could be read.');
    }
  }

  /** Notices when the file changes. */
  async watchFile(): Promise<void> {
    const { signal } = this.#gone;
    try {
      this.change = await this.caller.call('trace.changed', { trace: this.opened.trace }, { signal });
    } catch (error) {
      // Closed, or the connection is gone, which shows elsewhere.
      if (!isCancelled(error) && !(error instanceof Failure)) throw error;
    }
  }

  /** Stops following; calls under way are dropped. */
  leave(): void {
    this.#gone.abort();
  }

  #advance(progress: LoadProgress): void {
    const grown = progress.revision !== this.progress?.revision;
    this.progress = progress;
    if (grown) this.#renewal.run();
  }

  async #renew(): Promise<void> {
    const trace = this.opened.trace;
    const { signal } = this.#gone;
    try {
      const [facts, diagnostics] = await Promise.all([
        this.caller.call('trace.facts', { trace }, { signal }),
        this.caller.call('trace.diagnostics', { trace }, { signal }),
      ]);
      this.facts = facts;
      this.diagnostics = diagnostics;
    } catch (error) {
      // Before the first generation is stored there may be nothing to tell; the figures that are shown stay.
      if (!isCancelled(error) && !(error instanceof Failure)) throw error;
    }
  }
}
