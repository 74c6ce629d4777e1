/** The benchmark's report as a table for people. */
import type { Report } from './bench.ts';

type Row = readonly string[];

export function reportText(report: Report, withCurve: boolean): string {
  const { go, ingestMs, events, traceBytes, cacheBytes } = report;
  const rows: Row[] = [
    ['', 'gopherscope', ...(go ? ['Go’s loop', 'ratio'] : [])],
    ['whole trace read', seconds(ingestMs), ...(go ? [seconds(go.ms), (ingestMs / go.ms).toFixed(2)] : [])],
    [
      'events a second',
      millions(events / ingestMs),
      ...(go ? [millions(events / go.ms), (go.ms / ingestMs).toFixed(2)] : []),
    ],
    ['peak memory', megabytes(report.peakBytes), ...(go ? [megabytes(go.peakBytes)] : [])],
    ['trace', megabytes(traceBytes)],
    ['cache', megabytes(cacheBytes), ...(go ? ['', (cacheBytes / traceBytes).toFixed(2)] : [])],
    ['first rows', seconds(report.firstRowsMs)],
    ['opened again', seconds(report.reopenMs)],
    ['gopherscope info', seconds(report.commandMs)],
    ['gopherscope info, again', seconds(report.commandAgainMs)],
  ];
  const latencies: Row[] = [
    ['questions', 'calls', 'p50', 'p95', 'max'],
    ...report.latencies.map(({ kind, calls, p50Ms, p95Ms, maxMs }) => [
      kind,
      `${calls}`,
      milliseconds(p50Ms),
      milliseconds(p95Ms),
      milliseconds(maxMs),
    ]),
  ];
  return [table(rows), table(latencies), ...(withCurve ? [curveText(report)] : [])].join('\n\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;
const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
/** From events a millisecond. */
const millions = (rate: number): string => `${(rate / 1000).toFixed(2)} M`;

/** The first column to the left, figures to the right. */
export function table(rows: readonly Row[]): string {
  const widths = rows.reduce<number[]>(
    (so, row) => row.map((cell, i) => Math.max(so[i] ?? 0, cell.length)).concat(so.slice(row.length)),
    [],
  );
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}

const barBytes = 8e6;
const lines = 40;

/** Memory over time: the most in each of some equal pieces, with a bar. */
function curveText({ memoryCurve }: Report): string {
  const endMs = memoryCurve.at(-1)?.atMs ?? 0;
  const pieces = Array.from({ length: lines }, (_, i) => {
    const [from, until] = [(endMs * i) / lines, (endMs * (i + 1)) / lines];
    const inside = memoryCurve.filter(({ atMs }) => atMs > from && atMs <= until);
    return { until, bytes: Math.max(0, ...inside.map(({ bytes }) => bytes)) };
  });
  const rows = pieces
    .filter(({ bytes }) => bytes > 0)
    .map(({ until, bytes }) => [seconds(until), megabytes(bytes), '█'.repeat(Math.round(bytes / barBytes))]);
  return rows
    .map(([time = '', size = '', bar = '']) => `${time.padStart(8)}  ${size.padStart(9)}  ${bar}`)
    .join('\n');
}
