/** Collections, put together from marking, stops of the world and what workers and assistants did. */
import type { GcCycle } from '#common/analyses/gc-analysis.ts';
import type { WorkSpan } from '#common/collector-work.ts';
import { durNs, traceNs } from '#common/units.ts';

export interface Stop {
  readonly span: WorkSpan;
  readonly kind: string;
}

interface Work {
  dedicated: number;
  fractional: number;
  idle: number;
  assist: number;
}

/** Takes spans in order of their ends. */
export class CycleBuilder {
  readonly #marks: { readonly span: WorkSpan; readonly work: Work }[] = [];
  /** Of the collection that goes on. */
  #work: Work = noWork();

  mark(span: WorkSpan): void {
    this.#marks.push({ span, work: this.#work });
    this.#work = noWork();
  }

  /** Of a worker, or an assist: it belongs to the collection it began in. */
  work(span: WorkSpan): void {
    const last = this.#marks.at(-1);
    const work = last && span.startNs < last.span.endNs ? last.work : this.#work;
    const { kind } = span;
    if (kind === 'dedicated' || kind === 'fractional' || kind === 'idle' || kind === 'assist')
      work[kind] += span.endNs - span.startNs;
  }

  /** `stops` in order of their beginnings. */
  cycles(stops: readonly Stop[]): readonly GcCycle[] {
    let at = 0;
    return this.#marks.map(({ span, work }, i) => {
      while (at < stops.length && stops[at]!.span.endNs <= span.startNs) at++;
      const own: Stop[] = [];
      for (let j = at; j < stops.length && stops[j]!.span.startNs <= span.endNs; j++) own.push(stops[j]!);
      return cycle(i + 1, span, work, own);
    });
  }
}

const noWork = (): Work => ({ dedicated: 0, fractional: 0, idle: 0, assist: 0 });

function cycle(number: number, span: WorkSpan, work: Work, stops: readonly Stop[]): GcCycle {
  const first = stops.find(({ kind }) => kind.includes('sweep termination'))?.span;
  const last = stops.findLast(({ kind }) => kind.includes('mark termination'))?.span;
  const endNs = Math.max(span.endNs, last?.endNs ?? 0);
  const concurrent = (last?.startNs ?? span.endNs) - (first?.endNs ?? span.startNs);
  return {
    number,
    startNs: traceNs(Math.min(span.startNs, first?.startNs ?? Infinity)),
    endNs: traceNs(endNs),
    isCutBefore: span.isCutBefore,
    isCutAfter: span.isCutAfter,
    sweepTerminationNs: lengthOf(first),
    concurrentMarkNs: durNs(Math.max(0, concurrent)),
    markTerminationNs: lengthOf(last),
    startBytes: known(span.isCutBefore ? 0 : span.heap!.startBytes),
    endBytes: known(span.heap!.endBytes),
    goalBytes: known(span.heap!.startGoalBytes),
    nextGoalBytes: known(span.heap!.endGoalBytes),
    dedicatedNs: durNs(work.dedicated),
    fractionalNs: durNs(work.fractional),
    idleNs: durNs(work.idle),
    assistNs: durNs(work.assist),
  };
}

const lengthOf = (span: WorkSpan | undefined): GcCycle['markTerminationNs'] =>
  span ? durNs(span.endNs - span.startNs) : null;

const known = (size: number): number | null => (size === 0 ? null : size);
