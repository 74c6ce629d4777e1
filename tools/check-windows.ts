/**
 * `node tools/check-windows.ts TRACE…`: whether the figures of goroutines sum up, in the whole of each trace and in windows of it, and
 * whether profiles are those that its events make.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Failure } from '#common/errors.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { goroutineWindowComplaints } from './invariants/goroutine-windows.ts';
import { profileComplaints } from './invariants/profiles.ts';
import type { Tally } from './validate-traces.ts';

export async function checkWindows(paths: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-windows-'));
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
    if (state !== 'complete') return [];
    return [
      ...(await goroutineWindowComplaints(databasePath)),
      ...(await profileComplaints(databasePath, data)),
    ];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

if (import.meta.filename === process.argv[1]) {
  const { passed, failed } = await checkWindows(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
