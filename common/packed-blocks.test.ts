import { describe, expect, test } from 'vitest';
import { unpackChanges } from './counter-blocks.ts';
import { unpackCpuSamples } from './cpu-samples.ts';
import { unpackTimes } from './event-times.ts';
import { addBuckets, addSpan, bucketGrid } from './lane-buckets.ts';
import { packParts, unpackParts } from './lane-rows.ts';
import { unpackLaneSpans } from './lane-spans.ts';
import { BitReader } from './packed-bits.ts';

/** Header bytes, then bits in the order of reading. */
function block(header: readonly number[], bits: string): Uint8Array {
  const clean = bits.replaceAll(/[ ,]/g, '');
  const bytes = new Uint8Array(Math.ceil(clean.length / 8));
  for (let i = 0; i < clean.length; i++) bytes[i >> 3] = bytes[i >> 3]! | (Number(clean[i]) << (i & 7));
  return Uint8Array.from([...header, ...bytes]);
}

describe('the examples of the packed formats mean what they say', () => {
  test('a Rice code, and an escaped one', () => {
    expect(new BitReader(block([], '1 0 101')).rice(3)).toBe(13);
    const escaped = new BitReader(block([], '1'.repeat(20) + '1'.repeat(64) + '0'));
    expect(escaped.rice(3)).toBe(2 ** 64);
    expect([escaped.escaped, escaped.signed, escaped.rice(0)]).toEqual([true, -1, 0]);
  });

  test('spans of a processor', () => {
    const bits = '1 110 10 10, 1 101 0 10 00, 1 000 10 1 0 01';
    const header = [0b101001, 0b100001, 1, 2, 2, 0, 2];
    const spans = unpackLaneSpans(block(header, bits), 2, 100, 'processor');
    expect([...spans.starts]).toEqual([100, 105]);
    expect([...spans.ends]).toEqual([105, 108]);
    expect([...spans.kinds]).toEqual([3, 0]);
    expect([...spans.threads]).toEqual([NaN, 2]);
    expect([...spans.ids]).toEqual([0, 1]);
  });

  test('buckets', () => {
    const grid = bucketGrid(4, 0, 32, 2);
    const data = block([2, 0], '1 11 10 10, 1 01');
    addBuckets(grid, { level: 4, startNs: 4, untilNs: 32, count: 2, data });
    expect([...grid.ns]).toEqual([5, 7, 0, 16]);
  });

  test('changes of a value', () => {
    const { times, values } = unpackChanges(block([0, 1, 5], '0 0 10 0, 10 1 10 00000'), 2, 50);
    expect([...times]).toEqual([50, 51]);
    expect([...values]).toEqual([8192, 8208]);
  });

  test('CPU samples', () => {
    const bits = '0 11, 10, 110 0, 10 0, 110 01, 10 00, 0, 0 0, 110 0, 0 01';
    const samples = unpackCpuSamples(block([2, 0, 1, 1, 2], bits), 2, 100);
    expect([...samples.times]).toEqual([103, 107]);
    expect([...samples.processors]).toEqual([-1, -1]);
    expect([...samples.threads]).toEqual([2, 2]);
    expect([...samples.goroutines]).toEqual([1, 3]);
    expect([...samples.stacks]).toEqual([5, 6]);
  });

  test('times', () => {
    expect([...unpackTimes(block([2], '0 11, 10 00'), 2, 100)]).toEqual([103, 107]);
  });
});

test('blocks of a lane share a row', () => {
  const part = (count: number, startNs: number, untilNs: number) => ({
    count,
    startNs,
    untilNs,
    data: new Uint8Array(count).fill(count),
  });
  const parts = [part(3, 1000, 1040), part(300, 1040, 2 ** 50), part(0, 2 ** 50, 2 ** 50 + 1)];
  expect(unpackParts(packParts(parts), 1000)).toEqual(parts);
  expect([...packParts([part(7, 0, 40)])].slice(0, 4)).toEqual([1, 7, 40, 7]);
});

test('a span adds to each bucket what lies in it, and nothing outside the grid', () => {
  const grid = bucketGrid(3, 8, 24, 1);
  addSpan(grid, 4, 11, 0);
  addSpan(grid, 15, 17, 0);
  addSpan(grid, 23, 99, 0);
  expect([grid.first, ...grid.ns]).toEqual([1, 3 + 1, 1 + 1]);
});
