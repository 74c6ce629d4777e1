/** `node tools/check-wakes.ts TRACE…`: whether who woke whom is told as the events of each trace say it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Failure } from '#common/errors.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { wakeComplaints } from './invariants/wakes.ts';
import type { Tally } from './validate-traces.ts';

export async function checkWakes(paths: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-wakes-'));
  let failed = 0;
  for (const [i, path] of paths.entries()) {
    const databasePath = join(folder, `${i}.sqlite`);
    const complaints = await complaintsAbout(path, databasePath);
    for (const complaint of complaints) console.log(`${basename(path)}: ${complaint}`);
    if (complaints.length > 0) failed++;
    rmSync(databasePath, { force: true });
  }
  rmSync(folder, { recursive: true, force: true });
  return { passed: paths.length - failed, failed };
}

async function complaintsAbout(path: string, databasePath: string): Promise<readonly string[]> {
  const data = readFileSync(path);
  try {
    const { state } = await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
    return state === 'complete' ? await wakeComplaints(databasePath, data) : [];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

if (import.meta.filename === process.argv[1]) {
  const { passed, failed } = await checkWakes(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
