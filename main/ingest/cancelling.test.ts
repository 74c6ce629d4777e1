import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askToStop, newStopFlag } from '#common/stop-flag.ts';
import { Core } from '#core-wasm/host/core.ts';
import { V1Trace } from '#core-wasm/host/v1-trace.ts';
import { memorySource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { longTrace } from '../../fixtures/long-trace.ts';
import { ingest } from './ingest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gopherscope-cancelling-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const traces = {
  'of several generations': longTrace({ generations: 20, goroutines: 500 }),
  'of the old format': fixtureBytes('shop-go1.21.trace'),
};

describe.each(Object.entries(traces))('a trace %s', (_name, data) => {
  test.each([true, false])('that is cancelled (storing aside: %s) is not read on', async (storeAside) => {
    const stop = newStopFlag();
    const whole = memorySource(data, 4096);
    let reads = 0;
    const source: ByteSource = {
      readInto: async (target) => {
        // A slow disk: whatever else is under way has its turn.
        await setTimeout(1);
        if (++reads === 12) askToStop(stop);
        return whole.readInto(target);
      },
    };
    const options = {
      source,
      databasePath: join(folder, 'a.sqlite'),
      sizeBytes: data.length,
      storeAside,
      stop,
    };
    await expect(ingest(options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(reads).toBe(12);
  });

  test('that is cancelled when all of it was read stores nothing more', async () => {
    const stop = newStopFlag();
    const whole = memorySource(data);
    const source: ByteSource = {
      readInto: async (target) => {
        const count = await whole.readInto(target);
        if (count === 0) askToStop(stop);
        return count;
      },
    };
    let last = -1;
    const ended = ingest({
      source,
      databasePath: join(folder, 'a.sqlite'),
      sizeBytes: data.length,
      stop,
      onProgress: ({ revision }) => (last = revision),
    });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    const atTheEnd = last;
    await setTimeout(50);
    expect(last).toBe(atTheEnd);
  });
});

test('putting a trace of the old format in order looks in between whether it is still wanted', () => {
  const core = new Core();
  const trace = new V1Trace(core, 21);
  trace.append(fixtureBytes('shop-go1.21.trace').subarray(16));
  let pauses = 0;
  const look = (): void => {
    if (++pauses === 2) throw new Error('not wanted any more');
  };
  expect(() => trace.load(look)).toThrow('not wanted any more');
  expect(pauses).toBe(2);
});
