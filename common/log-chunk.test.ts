import { expect, test } from 'vitest';
import { logsIn, logTexts } from './log-chunk.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));

/** The example of log-chunk.ts. */
const example = bytesOf('c8 01 0e 02  02 64 62  02 6f 6b');

test('a chunk of logs reads as its example says', () => {
  expect([...logsIn(example, 1)]).toEqual([
    { ns: 100, goroutine: 7, task: 2n, category: 'db', message: 'ok' },
  ]);
  expect(logTexts(example, 4)).toEqual({ category: 'db', message: 'ok' });
});

test('times and goroutines follow from the ones before, and bytes that are no text are replaced', () => {
  const chunk = bytesOf(`c8 01 0e 02 00 00  02 01 ffffffffffffffffff01 01 ff 03 ef bb bf`);
  expect([...logsIn(chunk, 2)][1]).toEqual({
    ...{ ns: 101, goroutine: 6, task: 0xffffffffffffffffn, category: '\ufffd', message: '\ufeff' },
  });
});

test.each([
  ['ends inside a text', example.subarray(0, 9), 1],
  ['ends inside a number', example.subarray(0, 2), 1],
  ['has fewer logs', example, 2],
  ['has more logs', bytesOf('c8 01 0e 02  02 64 62  02 6f 6b 00'), 1],
])('a chunk that %s is refused', (_, chunk, count) => {
  expect(() => [...logsIn(chunk, count)]).toThrow(expect.objectContaining({ code: 'cache-damaged' }));
});
