import { Failure, isCancelled } from '#common/errors.ts';

export interface AnswerContext<Part> {
  readonly signal: AbortSignal;
  /** What is known before all is known. */
  readonly onProgress: (part: Part) => void;
}

type Ask<T, Part> = (context: AnswerContext<Part>) => Promise<T>;

/**
 * What a page asked the host, and what it answered last. Another question drops the one under way; the same one again (there is more
 * of the trace) waits until that has been answered, so that it is answered at all while a trace is read. The old answer stays until the new one is there.
 */
export class Answer<T, Part = never> {
  value = $state.raw<T>();
  /** What the answer under way tells so far. */
  part = $state.raw<Part>();
  failure = $state.raw<Failure>();
  isLoading = $state(false);
  /** The question that `value` answers. */
  answered = $state.raw<string>();

  #question: string | undefined;
  #underWay: AbortController | undefined;
  #again: Ask<T, Part> | undefined;

  /** `question` tells questions apart. */
  ask(question: string, ask: Ask<T, Part>): void {
    if (this.#underWay && question === this.#question) {
      this.#again = ask;
      return;
    }
    this.#underWay?.abort();
    this.#question = question;
    this.#again = undefined;
    void this.#run(question, ask);
  }

  /** Gives the answer under way up; what was answered before stays. */
  cancel(): void {
    this.#underWay?.abort();
    this.#underWay = undefined;
    this.#again = undefined;
    this.#question = undefined;
    this.isLoading = false;
    this.part = undefined;
  }

  async #run(question: string, ask: Ask<T, Part>): Promise<void> {
    const call = new AbortController();
    this.#underWay = call;
    this.isLoading = true;
    this.part = undefined;
    const onProgress = (part: Part): void => {
      if (!call.signal.aborted) this.part = part;
    };
    try {
      const value = await ask({ signal: call.signal, onProgress });
      if (call.signal.aborted) return;
      this.value = value;
      this.answered = question;
      this.failure = undefined;
    } catch (error) {
      if (call.signal.aborted || isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    } finally {
      if (this.#underWay === call) this.#ended(question);
    }
  }

  #ended(question: string): void {
    this.#underWay = undefined;
    this.isLoading = false;
    this.part = undefined;
    const again = this.#again;
    this.#again = undefined;
    if (again) void this.#run(question, again);
  }
}
