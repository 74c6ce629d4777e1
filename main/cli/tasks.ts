import { exactJson } from '#common/exact-json.ts';
import { durationText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';
import { shown, write } from './output.ts';
import { oneOf, parseCommand, type Command } from './usage.ts';
import { noContext, onlyTrace, withTrace } from './with-trace.ts';

type Task = ReturnType<OfflineTrace['tasks']> extends Generator<infer T> ? T : never;

export const tasks: Command = {
  name: 'tasks',
  summary: 'user tasks: when each ran, and who took part',
  help: `gopherscope tasks [--format text|json|tsv] FILE

Every user task (runtime/trace.NewTask), in order of their numbers: when it ran, and how many regions, logs and goroutines
took part. FILE may be - for standard input. Task 0 stands for no task: it has the regions and logs outside of any.

  --format text   aligned columns (default)
  --format json   {originNs, tasks: [{id, parent, name, startNs, endNs, logs, regions, goroutines: [id]}]}; points in time count
                  from originNs and are null where they are not in the trace; parent is null for none; ids are numbers of
                  up to 64 bits, written out in full
  --format tsv    a header line, then the same; goroutines are separated by commas`,
  async run(args) {
    const { file, values } = parseCommand('tasks', args, { format: { type: 'string', default: 'text' } });
    const format = oneOf('format', values.format, ['text', 'json', 'tsv']);
    await withTrace(file, async (trace) => {
      if (format === 'json') await writeJson(trace);
      else if (format === 'tsv') await writeTsv(trace);
      else await writeText(trace);
    });
  },
};

/** Rows formatted and written together, so that millions neither wait nor pile up. */
const rowsAtOnce = 2000;

function* batches(trace: OfflineTrace): Generator<readonly Task[]> {
  let batch: Task[] = [];
  for (const task of trace.tasks()) {
    batch.push(task);
    if (batch.length < rowsAtOnce) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function writeJson(trace: OfflineTrace): Promise<void> {
  const { originNs } = await trace.analyses['trace.facts']({ trace: onlyTrace }, noContext);
  let separator = `{"originNs":${originNs},"tasks":[\n`;
  for (const batch of batches(trace)) {
    if (!(await write(separator + batch.map(exactJson).join(',\n')))) return;
    separator = ',\n';
  }
  await write('\n]}\n');
}

async function writeTsv(trace: OfflineTrace): Promise<void> {
  const columns = ['id', 'parent', 'name', 'startNs', 'endNs', 'logs', 'regions', 'goroutines'] as const;
  await write(`${columns.join('\t')}\n`);
  for (const batch of batches(trace)) {
    const rows = batch.map((task) => columns.map((column) => tsvCell(task[column])).join('\t'));
    if (!(await write(rows.map((row) => `${row}\n`).join('')))) return;
  }
}

const tsvCell = (value: Task[keyof Task]): string => String(value ?? '').replace(/[\t\n\r]/g, ' ');

async function writeText(trace: OfflineTrace): Promise<void> {
  const head = ['Task', 'Parent', 'Start', 'Duration', 'Goroutines', 'Regions', 'Logs', 'Name'];
  let widths: number[] = [];
  let rows = [head];
  for (const batch of batches(trace)) {
    rows.push(...batch.map(textRow));
    widths = head.map((_, i) => Math.max(widths[i] ?? 0, ...rows.map((row) => row[i]!.length)));
    if (!(await write(rows.map((row) => `${aligned(row, widths)}\n`).join('')))) return;
    rows = [];
  }
}

const aligned = (row: readonly string[], widths: readonly number[]): string =>
  row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join('  ');

const textRow = ({ id, parent, name, startNs, endNs, goroutines, regions, logs }: Task): string[] => [
  String(id),
  parent === null ? '-' : String(parent),
  startNs === null ? '-' : shown(durationText(durNs(startNs))),
  startNs === null || endNs === null ? '-' : shown(durationText(durNs(endNs - startNs))),
  String(goroutines.length),
  String(regions),
  String(logs),
  id === 0n && name === '' ? '(no task)' : name,
];
