import type { AnalysisResult } from '#common/analyses/registry.ts';
import { groups } from './goroutines.ts';
import type { Answer } from './answers.ts';
import { traceKey } from '#common/ids.ts';

// eslint-disable-next-line require-yield
export const goroutineAnswer: Answer<'goroutines'> = function* ({
  reader,
}): Generator<void, AnalysisResult<'goroutines'>> {
  const page = groups(reader, {
    trace: traceKey(''),
    sort: 'execNs',
    descending: true,
    filter: '',
    offset: 0,
    limit: 1000,
  });
  return { rowCount: page.rowCount, groups: page.rows };
};
