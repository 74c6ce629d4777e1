/** Reads one damaged trace the way the program does, and says what is wrong with how that ended. */
import { rmSync } from 'node:fs';
import type { TraceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { Failure } from '#common/errors.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { createAnalysisHandlers } from '#main/analyses/handlers.ts';
import { reportedGoroutines } from '#main/analyses/goroutine-report.ts';
import { eventWriter, type EventFormat } from '#main/exporters/event-lines.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { noThreads, orderedTrace } from '#main/ingest/ordered-trace.ts';
import type { Threads } from '#main/ingest/ordering/read-ahead.ts';
import { coreReferences, EventValidator } from '#main/ingest/validation/event-validator.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { askAnalyses } from './ask-analyses.ts';
import type { Random } from './random.ts';
import { withCore } from './recycled-core.ts';

/** How a trace ends: the number of its events, and the trouble, if there is any. */
export interface Ending {
  readonly events: number;
  readonly trouble: string;
}

/** Decodes and orders the trace. Throws what the program may not throw. */
export const order = (data: Uint8Array, how: How = {}): Promise<Ending> =>
  withCore((core) => orderWith(core, data, how));

export interface How {
  /** The trace arrives in pieces of so many bytes. */
  readonly chunk?: number;
  /** Its events are printed, too. */
  readonly format?: EventFormat;
  readonly threads?: Threads;
}

async function orderWith(
  core: Core,
  data: Uint8Array,
  { chunk, format, threads = noThreads }: How,
): Promise<Ending> {
  const writer = format && eventWriter(core, format);
  const validator = format && new EventValidator(coreReferences(core));
  let events = 0;
  let trouble = '';
  try {
    for await (const part of orderedTrace(memorySource(data, chunk), core, { threads })) {
      if (part.kind === 'generation start') writer?.enterGeneration();
      if (part.kind === 'trouble') trouble = `${part.trouble.code} at ${part.trouble.atByte}`;
      if (part.kind !== 'events') continue;
      events += core.records.count;
      writer?.lines(part.snapshot);
      validator?.check(core.records);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    trouble = error.code;
  }
  if (events === 0 && trouble === '') throw new Error('it ends without events and without trouble');
  return { events, trouble };
}

/** Reads the trace into a database and asks it a few questions; with `random` every analysis, too. */
export async function ingestAndAsk(data: Uint8Array, databasePath: string, random?: Random): Promise<Ending> {
  removeDatabase(databasePath);
  try {
    const outcome = await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
    if (outcome.state === 'cancelled') throw new Error('the ingest says that it was cancelled');
    if (outcome.events <= outcome.generations && outcome.diagnostics === 0)
      throw new Error('the database holds neither events nor a diagnostic');
    if (outcome.state === 'complete') await ask(databasePath, data.length, random);
    return { events: outcome.events, trouble: outcome.failure?.code ?? '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { events: 0, trouble: error.code };
  } finally {
    removeDatabase(databasePath);
  }
}

/** What the screens and the command line ask first. */
async function ask(databasePath: string, sizeBytes: number, random: Random | undefined): Promise<void> {
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes }, analysisCore);
  const context = { signal: new AbortController().signal, report: () => undefined };
  const trace = 'fuzz' as TraceKey;
  const page = { trace, filter: '', descending: true, offset: 0, limit: 50 };
  try {
    const { durationNs } = await handlers['trace.facts']({ trace }, context);
    await handlers['trace.diagnostics']({ trace }, context);
    await handlers['goroutines.groups']({ sort: 'totalNs', ...page }, context);
    const { rows } = await handlers['goroutines.list']({ sort: 'execNs', ...page }, context);
    for (const { id } of rows) {
      await handlers['goroutines.detail']({ trace, id }, context);
      const window = { from: traceNs(0), until: traceNs(1e9), columns: 40 };
      await handlers['goroutines.spans']({ trace, id, ...window }, context);
    }
    if (random)
      await askAnalyses(handlers, random, {
        durationNs,
        ...(rows[0] ? { goroutine: rows[0].id, group: rows[0].name } : {}),
      });
    await handlers['analyses.tasks']({ trace, logText: 'a' }, context);
    const tasks = await handlers['analyses.tasks']({ trace, each: true, limit: 3 }, context);
    for (const { id } of tasks.kind === 'tasks' ? tasks.tasks : [])
      await handlers['analyses.tasks']({ trace, task: String(id) }, context);
  } finally {
    handlers.close();
  }
  report(databasePath);
}

function report(databasePath: string): void {
  const reader = new TraceReader(databasePath);
  try {
    for (const goroutine of reportedGoroutines(reader, openGoroutineTable(reader))) JSON.stringify(goroutine);
  } finally {
    reader.close();
  }
}

function removeDatabase(path: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
}
