import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Core } from '#core-wasm/host/core.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace, parseTextCase } from '../../fixtures/text-trace.ts';
import { eventWriter } from './event-lines.ts';

const fixtures = new URL('../../fixtures/', import.meta.url);

/** The text of a whole trace, and whether Go's reader would end with an error. */
async function goText(data: Uint8Array, chunk?: number): Promise<{ text: string; broken: boolean }> {
  const core = new Core();
  const writer = eventWriter(core, 'go');
  const lines: Buffer[] = [];
  let broken = false;
  for await (const part of orderedTrace(memorySource(data, chunk), core)) {
    if (part.kind === 'generation start') writer.enterGeneration();
    if (part.kind === 'events') lines.push(writer.lines(part.snapshot));
    if (part.kind === 'trouble') broken = !part.isEnd;
  }
  return { text: Buffer.concat(lines).toString(), broken };
}

describe('hand-written traces print as Go prints them', () => {
  const folder = new URL('text/', fixtures);
  const cases = readdirSync(folder).map((file) => parseTextCase(readFileSync(new URL(file, folder), 'utf8')));
  test.each(cases)('$title', async ({ trace, output, broken }) => {
    const printed = await goText(encodeTextTrace(trace));
    expect(printed.text).toBe(output);
    expect(printed.broken).toBe(broken);
  });
});

describe('recorded traces print as Go prints them, however they arrive', () => {
  const folder = new URL('traces/', fixtures);
  const golden = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as Record<
    string,
    { sha256: string }
  >;
  const zone = process.env['TZ'];
  test.each(Object.keys(golden).flatMap((file) => [1, 7, 4096, undefined].map((chunk) => ({ file, chunk }))))(
    '$file in chunks of $chunk',
    async ({ file, chunk }) => {
      process.env['TZ'] = 'UTC';
      const { text, broken } = await goText(readFileSync(new URL(file, folder)), chunk);
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
      expect(createHash('sha256').update(text).digest('hex')).toBe(golden[file]!.sha256);
      expect(broken).toBe(false);
    },
  );
});

describe('a recording of Go 1.21 under the headers of its predecessors prints as Go prints it', () => {
  // The versions differ in the reasons for stopping the world. The digest is of Go 1.26's text.
  test.each(['1.19', '1.11'])('%s', async (version) => {
    const data = fixtureBytes('shop-go1.21.trace').slice();
    data.set(Buffer.from(`go ${version} trace`));
    const { text, broken } = await goText(data);
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '9a71d1068d835de31072372493e71920ea6c7113c7a8cfd071e4b4fc76c98fba',
    );
    expect(broken).toBe(false);
  });
});
