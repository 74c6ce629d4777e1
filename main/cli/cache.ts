import { sizeText } from '#common/quantity-text.ts';
import { bytes } from '#common/units.ts';
import {
  cacheContents,
  clearCache,
  type CachedTrace,
  type CacheContents,
} from '#main/host/cache-contents.ts';
import { shown, textTable, warn, write } from './output.ts';
import { oneOf, parseAction, UsageError, type Command } from './usage.ts';

export const cache: Command = {
  name: 'cache',
  takes: 'list|clear',
  summary: 'traces that were read and open at once: list or remove them',
  help: `gopherscope cache list [--format text|json|tsv]
gopherscope cache clear

Traces that were read are kept as databases in the cache folder, so that they open at once the next time. GOPHERSCOPE_CACHE_DIR names
another folder; GOPHERSCOPE_CACHE_LIMIT says how much it may hold (20GB, 500MB; 8GB by default), beyond which the traces used
longest ago are removed.

  list            what is there, the one used last first
  clear           removes all of it but what is open at the moment, in this program or another

  --format text   aligned columns (default)
  --format json   {folder, budgetBytes, usedBytes, traces: [{name, path, traceBytes, cacheBytes, lastUsedAtMs, version, key}]};
                  lastUsedAtMs counts from 1970
  --format tsv    a header line, then the same`,
  async run(args) {
    const { action, values } = parseAction('cache', args, ['list', 'clear'], { format: { type: 'string' } });
    if (action === 'list') return list(oneOf('format', values.format ?? 'text', ['text', 'json', 'tsv']));
    if (values.format !== undefined) throw new UsageError('cache clear takes no --format.');
    return clear();
  },
};

const size = (count: number): string => shown(sizeText(bytes(count)));
const traces = (count: number): string => (count === 1 ? '1 trace' : `${count} traces`);

async function list(format: 'text' | 'json' | 'tsv'): Promise<void> {
  const contents = cacheContents(warn);
  const usedBytes = contents.traces.reduce((sum, trace) => sum + trace.databaseBytes, 0);
  await write(
    format === 'text'
      ? listText(contents, usedBytes)
      : format === 'json'
        ? listJson(contents, usedBytes)
        : listTsv(contents),
  );
}

const columns = ['name', 'path', 'traceBytes', 'cacheBytes', 'lastUsedAtMs', 'version', 'key'] as const;
type Listed = Readonly<Record<(typeof columns)[number], string | number>>;

const listed = (trace: CachedTrace): Listed => ({
  name: trace.name,
  path: trace.path,
  traceBytes: trace.sizeBytes,
  cacheBytes: trace.databaseBytes,
  lastUsedAtMs: Math.round(trace.lastUsedMs),
  version: trace.schemaVersion,
  key: trace.key,
});

function listJson({ folder, budgetBytes, traces: all }: CacheContents, usedBytes: number): string {
  return `${JSON.stringify({ folder, budgetBytes, usedBytes, traces: all.map(listed) }, null, 2)}\n`;
}

function listTsv({ traces: all }: CacheContents): string {
  const lines = all.map(listed).map((row) => columns.map((column) => tsvCell(row[column])).join('\t'));
  return [columns.join('\t'), ...lines, ''].join('\n');
}

const tsvCell = (value: string | number): string => String(value).replace(/[\t\n\r]/g, ' ');

function listText(
  { folder, budgetBytes, schemaVersion, traces: all }: CacheContents,
  usedBytes: number,
): string {
  const sum = `${traces(all.length)}, ${size(usedBytes)} of at most ${size(budgetBytes)}, in ${folder}\n`;
  if (all.length === 0) return sum;
  const head = ['Name', 'Trace', 'Cache', 'Last used', 'Version', 'Path'];
  const rows = all.map((trace) => [
    trace.name,
    size(trace.sizeBytes),
    size(trace.databaseBytes),
    minuteText(trace.lastUsedMs),
    trace.schemaVersion === schemaVersion ? `${schemaVersion}` : `${trace.schemaVersion} (read again)`,
    trace.path,
  ]);
  return textTable([head, ...rows], new Set([1, 2])) + sum;
}

/** `2026-11-20 16:29`, where the user is. */
function minuteText(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

async function clear(): Promise<void> {
  const { folder, removed, freedBytes, kept } = clearCache();
  await write(`Removed ${traces(removed)} and freed ${size(freedBytes)} in ${folder}\n`);
  if (kept.length === 0) return;
  const keptBytes = kept.reduce((sum, trace) => sum + trace.databaseBytes, 0);
  const names = kept.map((trace) => trace.name).join(', ');
  await write(`Kept ${traces(kept.length)} (${size(keptBytes)}) that somebody has open: ${names}\n`);
}
