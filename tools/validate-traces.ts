/** Runs the validator of ordered events over recorded traces: none of them may break a rule. */
import { openSync, readSync, closeSync } from 'node:fs';
import { basename } from 'node:path';
import { Core } from '#core-wasm/host/core.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { coreReferences, EventValidator } from '#main/ingest/validation/event-validator.ts';
import type { ByteSource } from '#main/trace-file/byte-source.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** What a trace breaks, one sentence each, the first few only; empty if nothing. */
export async function complaintsAbout(path: string): Promise<readonly string[]> {
  const core = new Core();
  let validator = new EventValidator(coreReferences(core));
  const sentences: string[] = [];
  for await (const part of orderedTrace(pathSource(path), core, { name: path })) {
    if (part.kind === 'version') validator = new EventValidator(coreReferences(core), part.version.family);
    if (part.kind === 'trouble') sentences.push(`it ends in trouble: ${part.trouble.reason}`);
    if (part.kind !== 'events') continue;
    for (const { event, time, rule, what } of validator.check(core.records))
      sentences.push(`event ${event} at ${time} ns breaks ${rule}: ${what}`);
    if (sentences.length > 5) break;
  }
  return sentences.slice(0, 5);
}

function pathSource(path: string): ByteSource {
  const file = openSync(path, 'r');
  return {
    readInto: (target) => {
      const count = readSync(file, target);
      if (count === 0) closeSync(file);
      return Promise.resolve(count);
    },
  };
}

export async function validateTraces(paths: readonly string[]): Promise<Tally> {
  let failed = 0;
  for (const path of paths) {
    const complaints = await complaintsAbout(path);
    for (const complaint of complaints) console.log(`validate ${basename(path)}: ${complaint}`);
    if (complaints.length > 0) failed++;
  }
  return { passed: paths.length - failed, failed };
}
