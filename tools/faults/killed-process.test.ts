import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareKilling, programNames, type Killing } from './killed-process.ts';

let killing: Killing;
beforeAll(async () => {
  killing = await prepareKilling();
}, 60_000);
afterAll(() => killing.dispose());

describe.each(programNames)('a %s that is killed', (program) => {
  test.each([0.7])(
    'after %f of its time leaves nothing that the next one minds',
    async (share) => {
      expect(await killing.killAfter(program, killing.durationMs[program] * share)).toBeUndefined();
    },
    60_000,
  );
});
