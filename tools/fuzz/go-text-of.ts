import { Failure } from '#common/errors.ts';
import type { Core } from '#core-wasm/host/core.ts';
import { eventWriter } from '#main/exporters/event-lines.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { withCore } from './recycled-core.ts';

export interface GoText {
  /** A char code a byte. */
  readonly text: string;
  /** Whether Go's reader would end with an error. */
  readonly isBroken: boolean;
  readonly trouble: string;
}

/** What `events --format go` prints of a trace. */
export const goText = (data: Uint8Array): Promise<GoText> => withCore((core) => read(core, data));

async function read(core: Core, data: Uint8Array): Promise<GoText> {
  const writer = eventWriter(core, 'go');
  const lines: Buffer[] = [];
  let isBroken = false;
  let trouble = '';
  try {
    for await (const part of orderedTrace(memorySource(data), core)) {
      if (part.kind === 'generation start') writer.enterGeneration();
      if (part.kind === 'events') lines.push(writer.lines(part.snapshot));
      if (part.kind !== 'trouble') continue;
      isBroken = !part.isEnd;
      trouble = `${part.trouble.reason} (byte ${part.trouble.atByte})`;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    isBroken = true;
    trouble = error.message;
  }
  return { text: Buffer.concat(lines).toString('latin1'), isBroken, trouble };
}
