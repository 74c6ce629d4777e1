import { expect, test } from 'vitest';
import { Core } from '#core-wasm/host/core.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { coreReferences, EventValidator } from '#main/ingest/validation/event-validator.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { madeUpTrace } from './made-up-trace.ts';
import { Random } from './random.ts';
import { encodeTree } from './trace-tree.ts';

test('made-up traces are legal: all of their events can be ordered, and break no rule', async () => {
  let retries = 0n;
  for (let index = 0; index < 300; index++) {
    const core = new Core();
    const validator = new EventValidator(coreReferences(core));
    const data = encodeTree(madeUpTrace(new Random(1, index)));
    for await (const part of orderedTrace(memorySource(data), core)) {
      expect(part.kind).not.toBe('trouble');
      if (part.kind === 'events') expect(validator.check(core.records)).toEqual([]);
    }
    retries += core.exports.retries.value;
  }
  // Their clocks disagree, so events have to wait for each other.
  expect(retries).toBeGreaterThan(100n);
});
