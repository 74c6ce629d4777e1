import {
  costOfCollecting,
  heapGrowth,
  manyCollections,
  markAssists,
  stopOfTheWorld,
} from './collector-findings.ts';
export type { Finding } from './finding.ts';
import { troubleInFile } from './file-findings.ts';
import { severities, type Finding, type FindingRule, type Observed } from './finding.ts';
import {
  lockContention,
  pileUp,
  shortGoroutines,
  slowSyscalls,
  stuckGoroutines,
  waitingPlace,
} from './goroutine-findings.ts';
import { busyProcessors, idleWhileRunnable, longDelay } from './scheduler-findings.ts';
import { mostFindings } from './thresholds.ts';

/** Each says one thing, or nothing. */
export const findingRules: readonly FindingRule[] = [
  troubleInFile,
  stopOfTheWorld,
  costOfCollecting,
  markAssists,
  manyCollections,
  heapGrowth,
  idleWhileRunnable,
  busyProcessors,
  longDelay,
  lockContention,
  waitingPlace,
  slowSyscalls,
  shortGoroutines,
  pileUp,
  stuckGoroutines,
];

/** The worst first, and not more than one can take in. */
export function findingsOf(observed: Observed): readonly Finding[] {
  const rank = ({ severity }: Finding): number => severities.indexOf(severity);
  return findingRules
    .flatMap((rule) => rule(observed) ?? [])
    .sort((a, b) => rank(a) - rank(b) || b.weight - a.weight)
    .slice(0, mostFindings);
}
