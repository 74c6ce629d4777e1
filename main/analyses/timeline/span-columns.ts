import type { ExactLane } from '#common/analyses/timeline-results.ts';

/** What a lane does from `start` to `end`; NaN for numbers of what is not there. */
export interface LaneSpan {
  readonly start: number;
  readonly end: number;
  readonly state: number;
  readonly goroutine: number;
  readonly partner: number;
  readonly reason: number;
  readonly stack: number;
}

const joins = (a: LaneSpan, b: LaneSpan): boolean =>
  a.end === b.start &&
  a.state === b.state &&
  Object.is(a.goroutine, b.goroutine) &&
  Object.is(a.partner, b.partner) &&
  a.reason === b.reason &&
  a.stack === b.stack;

/** Joins what was only cut where a generation ends. */
export function joinedSpans(spans: readonly LaneSpan[]): LaneSpan[] {
  const joined: LaneSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && joins(last, span)) joined[joined.length - 1] = { ...last, end: span.end };
    else joined.push(span);
  }
  return joined;
}

export const exactLane = (spans: readonly LaneSpan[]): ExactLane => ({
  kind: 'exact',
  starts: Float64Array.from(spans, (span) => span.start),
  ends: Float64Array.from(spans, (span) => span.end),
  states: Uint8Array.from(spans, (span) => span.state),
  goroutines: Float64Array.from(spans, (span) => span.goroutine),
  partners: Float64Array.from(spans, (span) => span.partner),
  reasons: Uint32Array.from(spans, (span) => span.reason),
  stacks: Uint32Array.from(spans, (span) => span.stack),
});

/** The same of spans whose reasons are numbers of names: the lane has those that occur, behind the empty one of no reason. */
export function withNames(spans: readonly LaneSpan[], nameOf: (reason: number) => string): ExactLane {
  const places = new Map([[0, 0]]);
  for (const { reason } of spans) if (!places.has(reason)) places.set(reason, places.size);
  return {
    ...exactLane(spans.map((span) => ({ ...span, reason: places.get(span.reason)! }))),
    names: [...places.keys()].map((name) => (name === 0 ? '' : nameOf(name))),
  };
}
