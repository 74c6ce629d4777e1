/**
 * Reads traces and prints a digest of what is stored of each:
 * `node tools/cache-digest.ts [--chunk BYTES] [--times N] [--threads N,N…] TRACE…`. With `--chunk` the file arrives in pieces of at
 * most so many bytes; with `--times` it is read so often, with `--threads` with each number of ordering threads. The status is 1 where
 * the digests differ.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { digestOf } from '#db/digest.ts';
import { ingest } from '#main/ingest/ingest.ts';
import type { Threads } from '#main/ingest/ordering/read-ahead.ts';
import { fileSource, type ByteSource } from '#main/trace-file/byte-source.ts';

const { values, positionals } = parseArgs({
  options: {
    chunk: { type: 'string', default: '1048576' },
    times: { type: 'string', default: '1' },
    threads: { type: 'string', default: '' },
  },
  allowPositionals: true,
});
const chunk = Number(values.chunk);
const times = Number(values.times);
/** Undefined: as the program does by itself. */
const threads: readonly (Threads | undefined)[] =
  values.threads === ''
    ? [undefined]
    : values.threads.split(',').map((most) => ({ most: Number(most), behindBytes: 0 }));
if (positionals.length === 0 || !(chunk >= 1) || !(times >= 1)) {
  console.error('Usage: node tools/cache-digest.ts [--chunk BYTES] [--times N] [--threads N,N…] TRACE…');
  process.exit(2);
}
for (const path of positionals) {
  const digests = new Set<string>();
  for (let i = 0; i < times; i++) for (const how of threads) digests.add(await digestOfTrace(path, how));
  for (const digest of digests) console.log(`${digest}  ${path}`);
  if (digests.size > 1) process.exitCode = 1;
}

async function digestOfTrace(path: string, how?: Threads): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-digest-'));
  const file = await open(path);
  try {
    const databasePath = join(folder, 'trace.sqlite');
    const { size } = await file.stat();
    const source = inChunks(fileSource(file));
    await ingest({ source, databasePath, sizeBytes: size, ...(how ? { threads: how } : {}) });
    return digestOf(databasePath);
  } finally {
    await file.close();
    rmSync(folder, { recursive: true });
  }
}

function inChunks(source: ByteSource): ByteSource {
  return { readInto: (target) => source.readInto(target.subarray(0, chunk)) };
}
