import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { TraceReader } from '#db/reader.ts';
import { recognizeFile } from '#main/trace-file/recognize.ts';
import { fixturePath } from '../../fixtures/fixture-traces.ts';
import { startIngest } from './start-ingest.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-start-ingest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const name = 'shop-go1.26.trace';
const task = { file: await recognizeFile(fixturePath(name)), onProgress: () => undefined };

test('an ingest that is cancelled at any moment ends at once, and the process with its native code lives on', async () => {
  const states: string[] = [];
  for (let i = 0; i < 25; i++) {
    const databasePath = join(folder, `${i}.sqlite`);
    const ingest = startIngest({ ...task, databasePath });
    await setTimeout(i * 8);
    await ingest.cancel();
    const { state } = await ingest.done;
    states.push(state);
    if (state === 'complete') {
      const reader = new TraceReader(databasePath);
      expect(reader.trace().complete).toBe(true);
      reader.close();
    }
  }
  expect(new Set(states).has('cancelled')).toBe(true);
  expect(states.every((state) => state === 'cancelled' || state === 'complete')).toBe(true);
});

test.skipIf(process.platform === 'win32')(
  'a disk that does not answer holds up nobody who cancels, and nothing is left',
  async () => {
    const path = join(folder, 'pipe');
    spawnSync('mkfifo', [path]);
    const databasePath = join(folder, 'never.sqlite');
    // Opening a pipe waits for somebody who writes into it.
    const ingest = startIngest({ ...task, file: { ...task.file, path }, databasePath });
    await setTimeout(200);
    await ingest.cancel();
    expect(await ingest.done).toMatchObject({ state: 'cancelled' });
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
    // Lets the thread go.
    await (await open(path, 'w')).close();
  },
);
