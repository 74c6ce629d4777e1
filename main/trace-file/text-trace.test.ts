import { describe, expect, test } from 'vitest';
import { Failure } from '#common/errors.ts';
import { memorySource } from './byte-source.ts';
import { encodeTextTrace, isTextTrace, TextTraceSource } from './text-trace.ts';

const header = Buffer.from('go 1.26 trace\0\0\0');
const encoded = (lines: string): number[] => [
  ...encodeTextTrace(`Trace Go1.26\n${lines}`).subarray(header.length),
];

describe('a line becomes the bytes of its event', () => {
  test.each([
    ['an event with a time', 'GoStart dt=300 g=1 g_seq=2', [16, 0xac, 2, 1, 2]],
    ['an event without arguments', 'Strings', [4]],
    ['the largest number', `GCEnd dt=0 gc_seq=${2n ** 64n - 1n}`, [30, 0, ...Array<number>(9).fill(255), 1]],
    ['text', 'String id=1\n\tdata="h\\"\\x00\\u00e9é"', [5, 1, 7, 104, 34, 0, 0xc3, 0xa9, 0xc3, 0xa9]],
    ['text that is empty, for which Go prints no line', 'String id=1\nString id=2', [5, 1, 0, 5, 2, 0]],
    [
      'a stack',
      'Stack id=1 nframes=2\n\tpc=1 func=2 file=3 line=4\n\tpc=5 func=6 file=7 line=8',
      [3, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8],
    ],
    [
      'an experimental batch',
      'ExperimentalBatch exp=1 gen=2 m=3 time=4\n\tdata="ab"',
      [49, 1, 2, 3, 4, 2, 97, 98],
    ],
    [
      'a batch whose size is given, right or wrong',
      'EventBatch gen=1 m=2 time=3 size=9\nStrings',
      [1, 1, 2, 3, 9, 4],
    ],
    [
      'a batch whose size is counted',
      'EventBatch gen=1 m=2 time=3 size=auto\nStrings\nString id=1',
      [1, 1, 2, 3, 4, 4, 5, 1, 0],
    ],
    ['bytes', 'Bytes 2A ff', [42, 255]],
    ['comments and blank lines, which are nothing', '# all\n\nStrings # some\r\n   ', [4]],
  ])('%s', (_what, text, bytes) => {
    expect(encoded(text)).toEqual(bytes);
  });
});

describe('a mistake is named with its line', () => {
  test.each([
    ['Trace Go1.26 now', /^Line 1 of a\.txt should be the header, such as "Trace Go1\.26"; nothing/],
    ['Trace 1.26', /^Line 1 .* should be the header/],
    ['Trace Go1.26\n\nGoStrat dt=1', /^Line 3 of a\.txt has the event "GoStrat", which there is not;/],
    ['Trace Go1.26\nGoStart dt=1 g=2', /^Line 2 .* gives GoStart 2 arguments instead of 3 \(dt, g, g_seq\)/],
    ['Trace Go1.26\nProcStop', /^Line 2 .* gives ProcStop 0 arguments instead of 1 \(dt\)/],
    ['Trace Go1.26\nProcStop at=1', /^Line 2 .* has "at" where ProcStop has "dt"/],
    ['Trace Go1.26\nProcStop dt=-1', /^Line 2 .* has "-1" for dt, which is no number of 64 bits/],
    ['Trace Go1.26\nProcStop dt=18446744073709551616', /no number of 64 bits/],
    ['Trace Go1.26\nString id=1\n\tdata=abc', /^Line 3 .* data that are not quoted as Go quotes/],
    ['Trace Go1.26\nString id=1\n\tdata="\\q"', /^Line 3 .* not quoted/],
    ['Trace Go1.26\nBytes 0 1', /^Line 2 .* has "0" among its bytes/],
    ['Trace Go1.26\nStack id=1 nframes=2\n\tpc=1 func=2 file=3 line=4\nStrings', /^Line 4 .* a frame/],
    ['Trace Go1.26\nStack id=1 nframes=1', /^Line 2 .* ends the text, but 1 frames of a stack should follow/],
    [
      `Trace Go1.26\nEventBatch gen=1 m=1 time=1 size=auto\n${'Strings\n'.repeat(65537)}`,
      /^Line 65539 .* larger than the 65536 bytes/,
    ],
    [`Trace Go1.26\n${'#'.repeat(600_000)}`, /^Line 2 .* longer than any event/],
  ])('%#', async (text, sentence) => {
    const source = new TextTraceSource(memorySource(Buffer.from(text), 70_000), 'a.txt');
    const target = new Uint8Array(4096);
    const read = async (): Promise<void> => {
      while ((await source.readInto(target)) > 0);
    };
    const failure: unknown = await read().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: 'bad-text-trace',
      message: expect.stringMatching(sentence) as string,
    });
  });
});

test('a text is known by its first line', () => {
  const is = (text: string): boolean => isTextTrace(Buffer.from(text));
  expect(
    ['Trace Go1.26\n', 'Trace Go1.22\r\nEventBatch', 'Trace  Go1.9 # old\n', 'Trace Go1.26'].map(is),
  ).toEqual([true, true, true, true]);
  expect(['Trace', 'Trace Go2.0\n', 'Traces Go1.26\n', 'go 1.26 trace', 'Trace Go1.26x\n'].map(is)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('it makes no difference how a text arrives', async () => {
  const text = 'Trace Go1.26\nEventBatch gen=1 m=2 time=3 size=auto\nStrings\nString id=1\n\tdata="é"';
  for (const chunk of [1, 7, 1000]) {
    const source = new TextTraceSource(memorySource(Buffer.from(text), chunk));
    const parts: Buffer[] = [];
    for (;;) {
      const target = new Uint8Array(5);
      const count = await source.readInto(target);
      if (count === 0) break;
      parts.push(Buffer.from(target.subarray(0, count)));
    }
    expect(Buffer.concat(parts)).toEqual(Buffer.from(encodeTextTrace(text)));
  }
});
