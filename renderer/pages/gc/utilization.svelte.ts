import type { MmuAnalysis } from '#common/analyses/mmu-analysis.ts';
import { Answer } from '../../state/answer.svelte.ts';
import type { Scope } from '../../state/scope.ts';
import { scopeParams } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import type { GcOptions } from './gc-options.ts';

const worst = 20;

/** The curve, and the worst windows of one length: asked for apart, because percentiles make the curve slow. */
export class UtilizationFigures {
  readonly curve = new Answer<MmuAnalysis>();
  readonly length = new Answer<MmuAnalysis>();
  readonly #trace: TraceState;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  ask(scope: Scope, options: GcOptions): void {
    const about = this.#about(scope, options);
    const percentiles = options.hasPercentiles;
    this.curve.ask(JSON.stringify({ ...about, percentiles }), ({ signal }) =>
      this.#trace.caller.call('analyses.mmu', { ...about, percentiles }, { signal }),
    );
    const window = options.lengthNs;
    this.length.ask(JSON.stringify({ ...about, window }), ({ signal }) =>
      this.#trace.caller.call('analyses.mmu', { ...about, window, worst }, { signal }),
    );
  }

  /** The same as `go tool trace` has it. */
  asGo(scope: Scope, options: GcOptions): Promise<MmuAnalysis> {
    const params = { ...this.#about(scope, options), asGo: true, window: options.lengthNs, worst: 1 };
    return this.#trace.caller.call('analyses.mmu', params);
  }

  leave(): void {
    this.curve.cancel();
    this.length.cancel();
  }

  /** Only a time: utilization is of processors, not of goroutines. */
  #about(scope: Scope, options: GcOptions) {
    const { from, until } = scopeParams(scope);
    return {
      trace: this.#trace.opened.trace,
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      flags: options.flags,
      perProc: options.isPerProcessor,
    };
  }
}
