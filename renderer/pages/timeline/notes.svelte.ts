import type { Note } from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

/** Marks and notes of a trace, kept with its content. */
export class Notes {
  all = $state.raw<readonly Note[]>([]);
  /** The one whose text is being written. */
  edited = $state.raw<Note>();
  failure = $state.raw<Failure>();

  readonly #trace: TraceState;
  readonly #gone = new AbortController();

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  async load(): Promise<void> {
    await this.#kept(async () => {
      const { trace } = this.#trace.opened;
      this.all = await this.#trace.caller.call('notes.list', { trace }, { signal: this.#gone.signal });
    });
  }

  mark(window: TimeWindow, text = ''): Note {
    const note: Note = {
      id: crypto.randomUUID(),
      fromNs: traceNs(Math.round(window.from)),
      untilNs: traceNs(Math.round(window.until)),
      text,
    };
    void this.keep(note);
    return note;
  }

  edit(note: Note | undefined): void {
    this.edited = note;
  }

  async keep(note: Note): Promise<void> {
    this.all = [...this.all.filter(({ id }) => id !== note.id), note];
    await this.#kept(async () => {
      await this.#trace.caller.call('notes.keep', { trace: this.#trace.opened.trace, note });
    });
  }

  async remove(note: Note): Promise<void> {
    this.all = this.all.filter(({ id }) => id !== note.id);
    await this.#kept(async () => {
      await this.#trace.caller.call('notes.remove', { trace: this.#trace.opened.trace, id: note.id });
    });
  }

  leave(): void {
    this.#gone.abort();
  }

  async #kept(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.failure = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }
}
