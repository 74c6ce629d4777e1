import { describe, expect, test } from 'vitest';
import type { CollectorWorkSource, WorkSpan } from '#common/collector-work.ts';
import { collectorStreams } from '#common/lane-kinds.ts';
import { packParts } from '#common/lane-rows.ts';
import { unpackSweepSums } from '#common/sweep-sums.ts';
import { openCollectorWork } from './collector-work.ts';

/** Header bytes, then bits in the order of reading. */
function block(header: readonly number[], bits: string): Uint8Array {
  const clean = bits.replaceAll(/[ ,]/g, '');
  const bytes = new Uint8Array(Math.ceil(clean.length / 8));
  for (let i = 0; i < clean.length; i++) bytes[i >> 3] = bytes[i >> 3]! | (Number(clean[i]) << (i & 7));
  return Uint8Array.from([...header, ...bytes]);
}

/** One block of work, and nothing else. */
const sourceOf = (data: Uint8Array, count: number): CollectorWorkSource => ({
  laneBlocks: ({ lane }) =>
    lane === collectorStreams.work
      ? [{ startNs: 0, untilNs: 100, count, data: packParts([{ startNs: 0, untilNs: 100, count, data }]) }]
      : [],
  generations: () => [{ untilNs: 100 }],
  trace: () => ({ durationNs: 100, processors: 1 }),
  name: () => '',
});

function spansOf(source: CollectorWorkSource): WorkSpan[] {
  const spans: WorkSpan[] = [];
  const replay = openCollectorWork(source, () => true).spans((span) => spans.push(span));
  while (replay.next().done !== true);
  return spans;
}

/** Of docs/formats/lanes.md. */
const example = block([2, 4, 0, 0], '1 11000 10 10 1 0 0100 1 0 0111, 1 00100 0 11 0 0');

describe('changes of the collector’s work', () => {
  test('the example means what it says', () => {
    expect([...example].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(
      '02 04 00 00 47 25 79 62 00',
    );
    expect(spansOf(sourceOf(example, 2))).toMatchObject([
      { kind: 'assist', goroutine: 7, startNs: 5, endNs: 8, ranNs: 3, isCutBefore: false, isCutAfter: false },
    ]);
  });

  test('a block that breaks off is noticed', () => {
    expect(() => spansOf(sourceOf(example.subarray(0, 7), 2))).toThrow('is damaged');
    expect(() => spansOf(sourceOf(example, 2000))).toThrow('is damaged');
  });

  test('the example of sums of sweeps means what it says', () => {
    const data = Uint8Array.of(0x02, 0x0e, 0x01, 0x64, 0x64, 0x80, 0x40, 0x00);
    expect(unpackSweepSums(data, 1)).toEqual([
      {
        processor: 1,
        goroutine: 7,
        count: 1,
        totalNs: 100,
        longestNs: 100,
        sweptBytes: 8192,
        reclaimedBytes: 0,
      },
    ]);
  });
});
