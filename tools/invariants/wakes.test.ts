import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Failure } from '#common/errors.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace, parseTextCase } from '../../fixtures/text-trace.ts';
import { wakeComplaints } from './wakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-wakes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Undefined where nothing of it can be read. */
async function complaints(name: string, data: Uint8Array): Promise<readonly string[] | undefined> {
  const databasePath = join(folder, `${name}.sqlite`);
  try {
    const { state } = await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
    return state === 'complete' ? await wakeComplaints(databasePath, data) : undefined;
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

describe('who woke whom is what the events say', () => {
  test.each(fixtureTraces)('%s', { timeout: 60_000 }, async (name) => {
    expect(await complaints(name, fixtureBytes(name))).toEqual([]);
  });

  test('traces written by hand', { timeout: 60_000 }, async () => {
    const texts = new URL('../../fixtures/text/', import.meta.url);
    let read = 0;
    for (const name of readdirSync(texts)) {
      const { trace } = parseTextCase(readFileSync(new URL(name, texts), 'utf8'));
      let data: Uint8Array;
      try {
        data = encodeTextTrace(trace);
      } catch (error) {
        if (error instanceof SyntaxError) continue;
        throw error;
      }
      const found = await complaints(name, data);
      if (!found) continue;
      expect({ name, found }).toEqual({ name, found: [] });
      read++;
    }
    expect(read).toBeGreaterThan(20);
  });
});
