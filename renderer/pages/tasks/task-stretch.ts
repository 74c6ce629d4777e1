import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs, type TraceNs } from '#common/units.ts';

interface Lasting {
  /** Absent: not in the trace. */
  readonly startNs?: TraceNs;
  readonly endNs?: TraceNs;
}

/** From beginning to end; where these are not in the trace, from its beginning, or to its end. */
export const taskStretch = ({ startNs, endNs }: Lasting, traceEndNs: number): TimeWindow => {
  const from = startNs ?? traceNs(0);
  return { from, until: traceNs(Math.max(from + 1, endNs ?? traceEndNs)) };
};
