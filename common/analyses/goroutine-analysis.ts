import { choice, wholeNumber } from './analysis-option.ts';
import { analysis } from './analysis.ts';
import type { GroupRow } from './goroutine-results.ts';

export interface GoroutineAnalysis {
  readonly rowCount: number;
  readonly groups: readonly GroupRow[];
}

export const goroutineAnalysis = analysis<GoroutineAnalysis>()({
  summary: 'goroutine analysis: how long each was in which state',
  about: 'The states do not overlap; what is missing to the total is time nothing is known about.',
  options: {
    by: choice(['goroutine', 'group'], 'a row for each goroutine (default) or each start function'),
    limit: wholeNumber(0, 1e9, 'rows; 0 for all'),
    offset: wholeNumber(0, 1e9, 'rows left out before the first'),
  },
});
