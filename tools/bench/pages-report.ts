/** What was measured on the pages, as a table for people. */
import type { PagesSession } from './pages-session.ts';
import { table } from './report-text.ts';
import { spread } from './ui-report.ts';

export function pagesReportText({ first, times }: PagesSession): string {
  const rows = times.map(({ name, ms }, at) => {
    const { p50Ms, p95Ms, maxMs } = spread(ms);
    return [name, ...[p50Ms, p95Ms, maxMs, first[at]?.ms[0] ?? 0].map((value) => value.toFixed(0))];
  });
  const all = spread(times.flatMap(({ ms }) => ms));
  const sum = ['all', ...[all.p50Ms, all.p95Ms, all.maxMs].map((value) => value.toFixed(0)), ''];
  return table([['from the event to its picture, ms', 'p50', 'p95', 'max', 'the first time'], ...rows, sum]);
}
