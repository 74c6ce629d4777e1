/** Where regions begin: the frame that a group of them is named after, by the stack. */
import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { TraceReader } from '#db/reader.ts';

/** What the functions that begin regions are part of; some traces have their frames, most begin at the caller's. */
const ownPackage = 'runtime/trace.';

/**
 * The innermost frame of the program, where the region begins. Go's own tool takes the outermost, where the goroutine starts
 * (source: cmd/trace/regions.go of Go 1.27).
 */
export class RegionFrames {
  readonly #reader: TraceReader;
  readonly #outermost: boolean;
  readonly #known = new Map<number, StackFrame | undefined>();

  constructor(reader: TraceReader, outermost: boolean) {
    this.#reader = reader;
    this.#outermost = outermost;
  }

  of(stack: number): StackFrame | undefined {
    if (stack === 0) return undefined;
    if (!this.#known.has(stack)) this.#known.set(stack, this.#find(stack));
    return this.#known.get(stack);
  }

  #find(stack: number): StackFrame | undefined {
    const frames = this.#reader.stack(stack);
    if (this.#outermost) return frames.at(-1);
    return frames.find((frame) => !frame.function.startsWith(ownPackage)) ?? frames[0];
  }
}

/** What tells places apart where regions begin: `main.serve@/app/main.go:17`; empty where it is not in the trace. */
const placeOf = (frame: StackFrame | undefined): string =>
  frame ? `${frame.function}@${frame.file}:${frame.line}` : '';

/** Whether a region that begins at a frame is meant: by a text that is part of it, by the exact place, or both. */
export const frameFits = (
  frame: StackFrame | undefined,
  { frame: text, at }: { readonly frame?: string | undefined; readonly at?: string | undefined },
): boolean => (text === undefined || frameHas(frame, text)) && (at === undefined || placeOf(frame) === at);

/** Whether a text is part of the function, or of `FILE:LINE`. */
const frameHas = (frame: StackFrame | undefined, text: string): boolean =>
  frame !== undefined && (frame.function.includes(text) || `${frame.file}:${frame.line}`.includes(text));
