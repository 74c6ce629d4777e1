import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '#common/errors.ts';
import { traceKey } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { createAnalysisHandlers } from '#main/analyses/handlers.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { Random } from './random.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-damaged-'));
const sound = join(folder, 'sound.sqlite');
const damaged = join(folder, 'damaged.sqlite');
const context = { signal: new AbortController().signal, report: () => undefined };
beforeAll(async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  await ingest({ source: memorySource(data), databasePath: sound, sizeBytes: data.length });
});
afterAll(() => rmSync(folder, { recursive: true }));

const blobs = [
  ['span_chunks', 'spans'],
  ['span_sums', 'sums'],
  ['span_sums', 'longest'],
  ['loose_ends', 'packed'],
  ['lane_blocks', 'data'],
] as const;

/** Bytes that are others, that say very large numbers, or that are missing; mostly where counts and lengths are. */
function damagedBytes(blob: Uint8Array, random: Random): Uint8Array {
  const at = random.chance(2) ? random.small(Math.min(40, blob.length)) : random.below(blob.length);
  const bytes = Uint8Array.from(blob);
  const how = random.below(4);
  if (how === 0) return bytes.subarray(0, at);
  if (how === 1) return bytes.fill(255, at, at + 1 + random.below(9));
  // 2^28 − 1, a number of rows that would be too many.
  if (how === 2) bytes.set([255, 255, 255, 127].slice(0, bytes.length - at), at);
  else bytes[at] = random.below(256);
  return bytes;
}

function damageSome(table: string, column: string, random: Random): void {
  copyFileSync(sound, damaged);
  const database = new Database(damaged);
  try {
    const all = database.prepare(`SELECT ix FROM ${table} WHERE length(${column}) > 0`).pluck().all();
    const ix = random.pick(all);
    const blob = database
      .prepare(`SELECT ${column} FROM ${table} WHERE ix = ?`)
      .pluck()
      .get(ix) as Uint8Array;
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ix = ?`).run(damagedBytes(blob, random), ix);
  } finally {
    database.close();
  }
}

async function ask(random: Random): Promise<void> {
  const trace = traceKey('t');
  const window = { from: traceNs(random.below(1e7)), until: traceNs(1e7 + random.below(1e9)) };
  const analyses = createAnalysisHandlers(damaged, { sizeBytes: 0 }, analysisCore);
  try {
    for (const scope of [{ trace }, { trace, ...window }]) {
      await analyses['analyses.goroutines']({ ...scope, by: 'group' }, context);
      await analyses['analyses.goroutines'](scope, context);
      await analyses['analyses.profile']({ ...scope, kind: 'all' }, context);
      await analyses['analyses.profile']({ ...scope, kind: 'syscall', asGo: true }, context);
      await analyses['analyses.scheduler'](scope, context);
      await analyses['analyses.counters'](scope, context);
    }
  } finally {
    analyses.close();
  }
}

test.each(blobs)(
  '%s with damaged %s: an answer or a sentence, soon',
  { timeout: 60_000 },
  async (table, column) => {
    const endings = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const random = new Random(i, table.length);
      damageSome(table, column, random);
      const before = performance.now();
      const ending = await ask(random).then(
        () => 'answer',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
      endings.add(performance.now() - before < 10_000 ? ending : 'late');
    }
    const fine = ['answer', 'cache-damaged', 'cache-unusable'];
    expect([...endings].filter((ending) => !fine.includes(ending))).toEqual([]);
  },
);
