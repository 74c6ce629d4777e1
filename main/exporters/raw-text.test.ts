import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { versionOf } from '#common/trace-format/releases.ts';
import { Core } from '#core-wasm/host/core.ts';
import { orderedTrace } from '#main/ingest/ordered-trace.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { encodeTextTrace } from '#main/trace-file/text-trace.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { parseTextCase } from '../../fixtures/text-trace.ts';
import { eventWriter } from './event-lines.ts';
import { RawText } from './raw-text.ts';

const minorOf = (data: Uint8Array): number => Number(Buffer.from(data.subarray(5, 7)).toString());
const withRawText = fixtureTraces.filter((name) => versionOf(minorOf(fixtureBytes(name)))!.family === 'v2');

async function rawText(data: Uint8Array, chunk?: number): Promise<{ text: string; raw: RawText }> {
  const raw = new RawText(memorySource(data, chunk), minorOf(data));
  const parts: Buffer[] = [];
  for await (const part of raw.text()) parts.push(part);
  return { text: Buffer.concat(parts).toString('utf8'), raw };
}

/** What Go prints of a trace's events. */
async function goText(data: Uint8Array): Promise<string> {
  const core = new Core();
  const writer = eventWriter(core, 'go');
  let text = '';
  for await (const part of orderedTrace(memorySource(data), core)) {
    if (part.kind === 'generation start') writer.enterGeneration();
    if (part.kind === 'events') text += writer.lines(part.snapshot).toString('latin1');
  }
  return text;
}

describe('the raw text of a recorded trace', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../fixtures/traces/golden.json', import.meta.url), 'utf8'),
  ) as Record<string, { rawSha256?: string }>;

  test.each(withRawText)('%s is what Go prints, however it arrives', async (name) => {
    for (const chunk of [7, 4096, undefined]) {
      const { text, raw } = await rawText(fixtureBytes(name), chunk);
      expect(raw.trouble).toBeUndefined();
      expect(createHash('sha256').update(text).digest('hex')).toBe(golden[name]!.rawSha256);
    }
  });

  test.each(withRawText)('%s encodes back to a trace with the same events', async (name) => {
    const data = fixtureBytes(name);
    const { text } = await rawText(data);
    const encoded = encodeTextTrace(`Trace Go1.${minorOf(data)}\n${text}`);
    expect(await goText(encoded)).toBe(await goText(data));
  });
});

describe('the raw text of a hand-written trace', () => {
  const folder = new URL('../../fixtures/text/', import.meta.url);
  const traces = readdirSync(folder).map((file) => {
    const { title, trace } = parseTextCase(readFileSync(new URL(file, folder), 'utf8'));
    return { title, data: encodeTextTrace(trace) };
  });

  test.each(traces)('$title encodes back to the same bytes, as far as it can be read', async ({ data }) => {
    const { text, raw } = await rawText(data);
    const encoded = encodeTextTrace(`Trace Go1.${minorOf(data)}\n${text}`);
    const until = raw.trouble?.atByte ?? data.length;
    expect(Buffer.from(encoded).equals(data.subarray(0, until))).toBe(true);
  });
});

describe('what cannot be read ends the text', () => {
  const trace = (bytes: number[]): Uint8Array =>
    Uint8Array.of(...Buffer.from('go 1.23 trace\0\0\0'), 4, ...bytes);
  test.each([
    ['a byte that is no event', [99], 'bad-event', /the byte is 99/],
    ['the end inside a number', [30, 1, 0x80], 'file-truncated', /ends inside an event/],
    ['the end inside text', [5, 1, 9, 65], 'file-truncated', /ends inside an event/],
    ['a number that is too large', [8, ...Array<number>(9).fill(255), 2], 'bad-event', /more than 64 bits/],
    ['a text that is too long', [5, 1, 0xff, 0xff, 0xff, 0x7f], 'bad-event', /announce 268435455 bytes/],
    ['a stack that is too deep', [3, 1, 0xff, 0xff, 0x7f], 'bad-event', /announces 2097151 frames/],
  ])('%s', async (_what, bytes, code, reason) => {
    const { text, raw } = await rawText(trace(bytes));
    expect(text).toBe('Strings\n');
    expect(raw.trouble).toMatchObject({ code, atByte: 17, reason: expect.stringMatching(reason) as string });
  });
});
