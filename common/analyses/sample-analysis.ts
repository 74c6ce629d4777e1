import { wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { StackProfile } from './stack-profile.ts';
import type { NameIx } from '../ids.ts';
import type { DurNs, TraceNs } from '../units.ts';

/** The samples of goroutines with one start function. */
export interface SampledGroup {
  readonly group: NameIx;
  readonly name: string;
  readonly samples: number;
  readonly cpuNs: DurNs;
}

export interface SampleAnalysis {
  readonly fromNs: TraceNs;
  readonly untilNs: TraceNs;
  /** The processor time that a sample stands for. */
  readonly periodNs: DurNs;
  readonly samples: number;
  readonly withoutStack: number;
  /** Taken while no goroutine ran, as in the scheduler or the collector's own stack. */
  readonly withoutGoroutine: number;
  /** Most samples first. */
  readonly groups: readonly SampledGroup[];
  /** `samples`/`count` and `cpu`/`nanoseconds`; most samples first. */
  readonly profile: StackProfile;
}

export const sampleAnalysis = analysis<SampleAnalysis>()({
  summary: 'CPU samples: at which stacks processor time was spent',
  about:
    'A trace has CPU samples where the program profiled itself while it was traced. Each stands for the time between two samples of a thread: 10 ms, unless the program had set another rate.',
  options: {
    hz: wholeNumber(1, 1_000_000, 'the rate that the program had set, in samples a second; 100 by default'),
    limit: wholeNumber(0, 1e9, 'functions in the text, 40 by default; 0 for all'),
  },
  formats: ['pprof', 'folded'],
});
