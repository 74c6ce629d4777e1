import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from '#db/digest.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { longTrace } from '../../fixtures/long-trace.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gopherscope-several-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const module = (path: string): string => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** The command line in a process of its own. */
function info(
  trace: string,
  cacheFolder: string,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const program = join(folder, 'info.mjs');
  const run = `import { runCommandLine } from ${module('main/cli/main.ts')};
    process.exitCode = await runCommandLine(['info', ${JSON.stringify(trace)}]);`;
  writeFileSync(program, run);
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, GOPHERSCOPE_CACHE_DIR: cacheFolder },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...said })));
}

test('four processes that read the same trace at once all get it, and one database stays', async () => {
  const data = longTrace({ generations: 6, goroutines: 3000 });
  const trace = join(folder, 'long.trace');
  const cacheFolder = join(folder, 'cache');
  writeFileSync(trace, data);
  const all = await Promise.all(Array.from({ length: 4 }, () => info(trace, cacheFolder)));
  for (const { status, stdout, stderr } of all) {
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(all[0]!.stdout);
  }
  const left = readdirSync(cacheFolder);
  const databases = left.filter((name) => name.endsWith('.sqlite'));
  expect(databases).toHaveLength(1);
  expect(left.filter((name) => name.endsWith('.json') || name.endsWith('.lock'))).toHaveLength(3);
  const alone = join(folder, 'alone.sqlite');
  await ingest({ source: memorySource(data), databasePath: alone, sizeBytes: data.length });
  expect(digestOf(join(cacheFolder, databases[0]!))).toBe(digestOf(alone));
}, 60_000);
