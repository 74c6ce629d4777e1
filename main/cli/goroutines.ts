import { totalColumns, type GroupRow } from '#common/analyses/goroutine-results.ts';
import { exactJson } from '#common/exact-json.ts';
import { countText, durationText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';
import { shown, textTable, write } from './output.ts';
import { oneOf, parseCommand, type Command } from './usage.ts';
import { noContext, onlyTrace, withTrace } from './with-trace.ts';

type Format = 'text' | 'json' | 'tsv';

export const goroutines: Command = {
  name: 'goroutines',
  summary: 'goroutine analysis: how long each was in which state',
  help: `gopherscope goroutines [--group] [--format text|json|tsv] FILE

How long each goroutine was in which state, by Go's own definitions, in order of their numbers. FILE may be - for standard
input. The states do not overlap; what is missing to the total is time nothing is known about.

  --group         groups by start function instead, longest execution first
  --format text   aligned columns (default)
  --format json   {originNs, goroutines: [{id, name, creationNs, execNs, blockNs: {reason: ns}, regions, …}]};
                  points in time count from originNs and are null where they are not in the trace
  --format tsv    a header line, then nanoseconds and integers`,
  async run(args) {
    const { file, values } = parseCommand('goroutines', args, {
      format: { type: 'string', default: 'text' },
      group: { type: 'boolean', default: false },
    });
    const format = oneOf('format', values.format, ['text', 'json', 'tsv']);
    await withTrace(file, (trace) =>
      values.group ? writeGroups(trace, format) : writeGoroutines(trace, format),
    );
  },
};

const shownTotals = [
  ['Total', 'totalNs'],
  ['Execution', 'execNs'],
  ['Sched wait', 'schedWaitNs'],
  ['Network', 'networkNs'],
  ['Sync block', 'syncNs'],
  ['Syscall', 'syscallNs'],
  ['Syscall block', 'syscallBlockNs'],
] as const;
const duration = (ns: number): string => shown(durationText(durNs(ns)));
const nameText = (name: string): string => (name === '' ? '(no stack in this trace)' : name);
/** Rows formatted and written together, so that millions neither wait nor pile up. */
const rowsAtOnce = 2000;

async function writeGroups(trace: OfflineTrace, format: Format): Promise<void> {
  const groups = await allGroups(trace);
  if (format === 'json') {
    await write(`${JSON.stringify({ groups }, null, 1)}\n`);
  } else if (format === 'tsv') {
    const columns = ['name', 'count', 'longestNs', ...totalColumns] as const;
    await write(`${columns.join('\t')}\n`);
    for (const group of groups)
      await write(`${columns.map((column) => tsvCell(group[column])).join('\t')}\n`);
  } else {
    const head = ['Start function', 'Count', ...shownTotals.map(([title]) => title)];
    const rows = groups.map((group) => [
      nameText(group.name),
      shown(countText(group.count)),
      ...shownTotals.map(([, column]) => duration(group[column])),
    ]);
    await write(textTable([head, ...rows], figures(1, 8)));
  }
}

const figures = (first: number, last: number): ReadonlySet<number> =>
  new Set(Array.from({ length: last - first + 1 }, (_, i) => first + i));

async function allGroups(trace: OfflineTrace): Promise<GroupRow[]> {
  const groups: GroupRow[] = [];
  for (;;) {
    const page = await trace.analyses['goroutines.groups'](
      { trace: onlyTrace, sort: 'execNs', descending: true, filter: '', offset: groups.length, limit: 1000 },
      noContext,
    );
    groups.push(...page.rows);
    if (groups.length >= page.rowCount) return groups;
  }
}

async function writeGoroutines(trace: OfflineTrace, format: Format): Promise<void> {
  if (format === 'json') return writeJson(trace);
  const columns = ['id', 'name', 'creationNs', 'startNs', 'endNs', ...totalColumns] as const;
  const head = ['Goroutine', ...shownTotals.map(([title]) => title), 'Start function'];
  let rows: string[][] = format === 'tsv' ? [[...columns]] : [head];
  let widths: number[] = [];
  const flush = async (): Promise<boolean> => {
    if (format === 'tsv') return write(rows.map((row) => `${row.join('\t')}\n`).join(''));
    widths = head.map((_, i) => Math.max(widths[i] ?? 0, ...rows.map((row) => row[i]!.length)));
    return write(rows.map((row) => `${aligned(row, widths)}\n`).join(''));
  };
  for (const goroutine of trace.goroutines()) {
    rows.push(
      format === 'tsv'
        ? columns.map((column) => tsvCell(goroutine[column]))
        : [
            `G${goroutine.id}`,
            ...shownTotals.map(([, column]) => duration(goroutine[column])),
            nameText(goroutine.name),
          ],
    );
    if (rows.length < rowsAtOnce) continue;
    if (!(await flush())) return;
    rows = [];
  }
  await flush();
}

const aligned = (row: readonly string[], widths: readonly number[]): string =>
  row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join('  ');

const tsvCell = (value: string | number | null): string => String(value ?? '').replace(/[\t\n\r]/g, ' ');

type Goroutine = ReturnType<OfflineTrace['goroutines']> extends Generator<infer T> ? T : never;

/** Few have numbers that need the slower way. */
const goroutineJson = (goroutine: Goroutine): string =>
  goroutine.regions.some(({ task }) => typeof task === 'bigint')
    ? exactJson(goroutine)
    : JSON.stringify(goroutine);

async function writeJson(trace: OfflineTrace): Promise<void> {
  const { originNs } = await trace.analyses['trace.facts']({ trace: onlyTrace }, noContext);
  let text = `{"originNs":${originNs},"goroutines":[`;
  let separator = '\n';
  let pending = 0;
  for (const goroutine of trace.goroutines()) {
    text += separator + goroutineJson(goroutine);
    separator = ',\n';
    if (++pending < rowsAtOnce) continue;
    if (!(await write(text))) return;
    text = '';
    pending = 0;
  }
  await write(`${text}\n]}\n`);
}
