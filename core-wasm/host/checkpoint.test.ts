import { expect, test } from 'vitest';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { checkpointOf, resumeFrom } from './checkpoint.ts';
import { Core } from './core.ts';

/** What each generation but the first is ordered with. */
async function checkpointsOf(name: string): Promise<readonly Uint8Array[]> {
  const core = new Core();
  const checkpoints: Uint8Array[] = [];
  for await (const part of orderedTrace(memorySource(fixtureBytes(name)), core))
    if (part.kind === 'generation start') checkpoints.push(checkpointOf(core).slice());
  return checkpoints.slice(1);
}

test.each(['shop-go1.26-generations.trace', 'shop-go1.22.trace'])(
  'another core goes on from a checkpoint as if it had read what came before: %s',
  async (name) => {
    const core = new Core();
    for (const checkpoint of await checkpointsOf(name)) {
      expect(checkpoint.length).toBeGreaterThan(0);
      resumeFrom(core, checkpoint);
      expect(checkpointOf(core).slice()).toEqual(checkpoint);
    }
  },
);

test('a checkpoint that is cut off, or goes on, is refused', async () => {
  const [checkpoint] = await checkpointsOf('shop-go1.26-generations.trace');
  const core = new Core();
  for (const damaged of [checkpoint!.slice(0, -8), new Uint8Array([...checkpoint!, ...new Uint8Array(8)])])
    expect(() => resumeFrom(core, damaged)).toThrow('damaged');
});
