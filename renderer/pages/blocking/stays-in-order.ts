/** Stays of one goroutine as stacks, one after the other. */
import type { SpanPicture, StackFrame } from '#common/analyses/goroutine-results.ts';
import { stacksInOrder, type WeightedStacks } from '#common/flame-graph/weighted-stacks.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { stackIx } from '#common/ids.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { stateFrame } from './function-words.ts';

export type Frames = ReadonlyMap<number, readonly StackFrame[]>;

export interface StaysShown {
  readonly picture: Extract<SpanPicture, { kind: 'exact' }>;
  /** Absent: all states, each told by a last frame. */
  readonly state: StateClass | undefined;
  readonly window: { readonly from: number; readonly until: number };
}

/** What these began with is somebody else's stack, or none. */
const withoutOwnStack: ReadonlySet<StateClass> = new Set(['running', 'runnable', 'unknown']);

const stateAt = ({ picture }: StaysShown, span: number): StateClass =>
  stateClasses[picture.classes[span]!] ?? 'unknown';

/** Which spans they are. */
const spansOf = (shown: StaysShown): readonly number[] =>
  [...shown.picture.starts.keys()].filter(
    (span) => shown.state === undefined || stateAt(shown, span) === shown.state,
  );

export const stacksNeeded = (shown: StaysShown): readonly number[] => [
  ...new Set(spansOf(shown).map((span) => shown.picture.stacks[span]!)),
];

export function staysInOrder(shown: StaysShown, frames: Frames): WeightedStacks {
  const { picture, state, window } = shown;
  const spans = spansOf(shown);
  const namesAt = (span: number): readonly string[] =>
    (frames.get(picture.stacks[span]!) ?? []).map((frame) => frame.function);
  const isElsewhere = (span: number): boolean => withoutOwnStack.has(stateAt(shown, span));
  const root = spans.filter((span) => !isElsewhere(span)).flatMap((span) => namesAt(span).slice(-1));
  return stacksInOrder(
    spans.map((span) => ({
      // Of all time together the stacks are the goroutine's own, as in the wall-clock profile.
      leafFirst: state === undefined && isElsewhere(span) ? root.slice(0, 1) : namesAt(span),
      weight: Math.min(picture.ends[span]!, window.until) - Math.max(picture.starts[span]!, window.from),
      ...(state === undefined ? { end: stateFrame(stateAt(shown, span)) } : {}),
    })),
  );
}

/** As many as are asked for at once. */
const stacksAtOnce = 500;

export async function framesOf(
  trace: TraceState,
  stacks: readonly number[],
  signal: AbortSignal,
): Promise<Frames> {
  const frames = new Map<number, readonly StackFrame[]>();
  for (let from = 0; from < stacks.length; from += stacksAtOnce) {
    const some = stacks.slice(from, from + stacksAtOnce).map(stackIx);
    const params = { trace: trace.opened.trace, stacks: some };
    const answer = await trace.caller.call('stacks.many', params, { signal });
    for (const [i, stack] of some.entries()) frames.set(stack, answer.stacks[i] ?? []);
  }
  return frames;
}
