import { describe, expect, test } from 'vitest';
import { eachRegion, regionAt, type PackedRegion } from './region-chunk.ts';
import { regionsInOrder, type RegionChunkSource } from './regions-in-order.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));

/** The example of region-chunk.ts. */
const example = bytesOf('0e 14  03 00 03 1f 02  c8 01 d8 04  d8 04 64 00 00 00  01 02 f4 03  00');
const exampleRegion: PackedRegion = {
  ordinal: 0,
  nameIx: 3,
  stackIx: 31,
  task: 2n,
  isInherited: false,
  startNs: 100,
  endNs: 400,
  totalNs: 300,
  execNs: 50,
  schedWaitNs: 0,
  syscallNs: 0,
  syscallBlockNs: 0,
  waits: [[2, 250]],
  ranges: [],
};

function regionsOf(chunk: Uint8Array, count: number): (readonly [goroutine: number, region: PackedRegion])[] {
  const found: [number, PackedRegion][] = [];
  eachRegion(chunk, count, (goroutine, at, region) => {
    expect(regionAt(chunk, at)).toEqual(region);
    found.push([goroutine, region]);
  });
  return found;
}

const reasons = ['', 'sleep', 'network'];
const sourceOf = (...chunks: readonly (readonly [count: number, hex: string])[]): RegionChunkSource => ({
  regionChunks: () => chunks.map(([count, hex], ix) => ({ ix, count, bytes: bytesOf(hex).length })),
  regionChunk: (ix) => bytesOf(chunks[ix]![1]),
  reasons: () => reasons,
});

describe('a chunk of regions', () => {
  test('reads as its example says', () => {
    expect(regionsOf(example, 1)).toEqual([[7, exampleRegion]]);
  });

  test('keeps all 64 bits of tasks and the sign of figures, and goroutines follow from the ones before', () => {
    const chunk = bytesOf(
      `0e 1b 00 05 00 09 ffffffffffffffffff01  01 03 05 07 09  02 01 0b 02 0d  01 10 03
       05 1f 06 00 00 00 80808080808080808001  feffffffffffffffff01  00 00 00 00 00  00 00`,
    );
    const [first, second] = regionsOf(chunk, 2);
    expect(first).toEqual([
      7,
      {
        ...{ ordinal: 5, nameIx: 0, stackIx: 9, task: 0xffffffffffffffffn, isInherited: false },
        ...{ startNs: null, endNs: null },
        ...{ totalNs: -1, execNs: -2, schedWaitNs: -3, syscallNs: -4, syscallBlockNs: -5 },
        waits: [
          [1, -6],
          [2, -7],
        ],
        ranges: [[16, -2]],
      },
    ]);
    expect(second).toMatchObject([
      4,
      { task: 1n << 63n, isInherited: true, startNs: null, endNs: 2 ** 63, waits: [] },
    ]);
  });

  test.each([
    ['ends inside a number', example.subarray(0, 12), 1],
    ['ends inside a list', example.subarray(0, 15), 1],
    ['has fewer regions', example, 2],
    ['has more regions', example, 0],
    ['has a list longer than it is', bytesOf(`0e 10 00 00 00 00 00  00 00 00 00 00  ffffffff0f  00`), 1],
    ['has a longer number', bytesOf(`0e 9c03 00 00 00 00 ${'80'.repeat(400)} 00  00 00 00 00 00  00 00`), 1],
    ['has a larger number', bytesOf(`0e 15 00 00 00 00 ffffffffffffffffff02  00 00 00 00 00  00 00`), 1],
    ['has a larger name', bytesOf(`0e 10 00 00 ffffffff1f 00 00  00 00 00 00 00  00 00`), 1],
    ['is shorter than it says', bytesOf(`0e 0d 00 00 00 00 00  00 00 00 00 00  00 00`), 1],
  ])('that %s is refused', (_, chunk, count) => {
    expect(() => regionsOf(chunk, count)).toThrow(expect.objectContaining({ code: 'cache-damaged' }));
  });
});

describe('regions in order', () => {
  const idle = '00 00 00 00 00  00 00';

  test('come by goroutine, those without a beginning first, then by beginning and as they ended', () => {
    const source = sourceOf(
      [3, `10 0d 01 00 01 00 00 14 ${idle}  00 0c 00 01 02 00 00 ${idle}  01 0c 00 00 03 00 00 ${idle}`],
      [
        3,
        `10 0d 01 03 04 00 00 0a ${idle}  00 0d 01 04 05 00 00 0a ${idle}  00 0d 02 02 06 00 00 0a ${idle}`,
      ],
    );
    const found = [...regionsInOrder(source)];
    expect(found.map(({ goroutineId, nameIx }) => [goroutineId, nameIx])).toEqual([
      [7, 3],
      [8, 2],
      [8, 6],
      [8, 4],
      [8, 5],
      [8, 1],
    ]);
  });

  test('count once where goroutine and ordinal come twice, as the later one', () => {
    const source = sourceOf(
      [2, `10 0c 00 00 01 00 00 ${idle}  00 0c 00 01 02 00 00 ${idle}`],
      [1, `10 0d 01 00 03 00 00 14 ${idle}`],
    );
    expect([...regionsInOrder(source)].map(({ nameIx }) => nameIx)).toEqual([2, 3]);
  });

  test('have the totals of their waits, and no duration below zero in a list', () => {
    const [region] = regionsInOrder(
      sourceOf([1, '0e 10 00 00 00 00 00  02 00 00 00 00  02 01 0b 02 0e  00']),
    );
    expect(region).toMatchObject({ totalNs: 1, sleepNs: -6, networkNs: 7, syncNs: 0 });
    expect(region!.waits).toEqual([
      [1, 0],
      [2, 7],
    ]);
  });

  test.each([2 ** 40, -1, 0.5])('of a chunk that is said to have %d are refused', (count) => {
    expect(() => [...regionsInOrder(sourceOf([count, `0e 0c 00 00 00 00 00 ${idle}`]))]).toThrow(
      expect.objectContaining({ code: 'cache-damaged' }),
    );
  });
});
