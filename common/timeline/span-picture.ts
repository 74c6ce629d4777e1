/** Reading a picture of a goroutine's states: single spans, and what they are called. */
import type { SpanPicture } from '../analyses/goroutine-results.ts';
import { firstIndex } from '../first-index.ts';
import { stateClasses, type StateClass } from '../goroutine-state.ts';
import { stackIx, type StackIx } from '../ids.ts';
import { durationText, plain } from '../quantity-text.ts';
import { between, traceNs, type TraceNs } from '../units.ts';
import type { TimeWindow } from './time-window.ts';

export type ExactPicture = Extract<SpanPicture, { kind: 'exact' }>;
export type SharePicture = Extract<SpanPicture, { kind: 'shares' }>;

/** A picture and the window it was asked for. */
export interface PlacedPicture {
  readonly window: TimeWindow;
  readonly picture: SpanPicture;
}

export interface Span {
  readonly from: TraceNs;
  readonly until: TraceNs;
  readonly stateClass: StateClass;
  /** Go's reason for waiting; empty where there is none. */
  readonly reason: string;
  readonly stack: StackIx;
  /** The function at the leaf of the stack; empty where there is none. */
  readonly leaf: string;
}

export function spanAt(picture: ExactPicture, index: number): Span {
  const stack = picture.stacks[index]!;
  return {
    from: traceNs(picture.starts[index]!),
    until: traceNs(picture.ends[index]!),
    stateClass: stateClasses[picture.classes[index]!] ?? 'unknown',
    reason: picture.reasonNames[picture.reasons[index]!] ?? '',
    stack: stackIx(stack),
    leaf: picture.leaves[stack] ?? '',
  };
}

export const sameSpan = (a: Span, b: Span): boolean => a.from === b.from && a.until === b.until;

/** The first span that ends after `time`, as an index; the number of spans if all end before. Spans are in order of time. */
export const firstEndingAfter = ({ ends }: ExactPicture, time: number): number =>
  firstIndex(ends.length, (at) => ends[at]! > time);

/** The span at a point in time, or within `reach` of it: a sliver must be reachable by the pointer. */
export function spanNear(picture: ExactPicture, time: number, reach: number): Span | undefined {
  const index = firstEndingAfter(picture, time);
  const here = picture.starts[index];
  if (here !== undefined && here <= time) return spanAt(picture, index);
  const ahead = here === undefined ? Infinity : here - time;
  const behind = index === 0 ? Infinity : time - picture.ends[index - 1]!;
  if (Math.min(ahead, behind) > reach) return undefined;
  return spanAt(picture, ahead < behind ? index : index - 1);
}

/** `github.com/x/ledger.(*Writer).Append` as `ledger.(*Writer).Append`: as short as it can be and still be found. */
export function shortFunction(name: string): string {
  const typeArguments = name.indexOf('[');
  const path = typeArguments < 0 ? name : name.slice(0, typeArguments);
  return name.slice(path.lastIndexOf('/') + 1);
}

/** What a span may be called in its lane, the longest first. */
export function labelsOf(span: Span): readonly string[] {
  const { stateClass } = span;
  const length = plain(durationText(between(span.from, span.until)));
  if (stateClass === 'running' || stateClass === 'runnable') return [`${stateClass}  ${length}`, stateClass];
  // Where the runtime itself waits says less than why.
  const isInner = span.leaf.startsWith('runtime.') && span.reason !== '';
  const name = (isInner ? '' : shortFunction(span.leaf)) || span.reason;
  return [`${name || stateClass}  ${length}`, name, span.reason, stateClass];
}

export interface StackTotal {
  readonly stack: StackIx;
  readonly leaf: string;
  readonly stateClass: StateClass;
  readonly ns: number;
}

/** How long it waited, by the place where it did, longest first. Running and runnable have no such place. */
export function waitsByStack(picture: ExactPicture, window: TimeWindow): StackTotal[] {
  const totals = new Map<string, StackTotal>();
  for (let index = firstEndingAfter(picture, window.from); index < picture.starts.length; index++) {
    const span = spanAt(picture, index);
    if (span.from >= window.until) break;
    if (span.stack === 0 || span.stateClass === 'running' || span.stateClass === 'runnable') continue;
    const ns = Math.min(span.until, window.until) - Math.max(span.from, window.from);
    const key = `${span.leaf}\n${span.stateClass}`;
    const before = totals.get(key);
    totals.set(key, {
      stack: span.stack,
      leaf: span.leaf,
      stateClass: span.stateClass,
      ns: ns + (before?.ns ?? 0),
    });
  }
  return [...totals.values()].sort((a, b) => b.ns - a.ns);
}
