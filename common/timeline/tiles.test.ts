import { describe, expect, it } from 'vitest';
import type { ExactLane } from '../analyses/timeline-results.ts';
import { traceNs } from '../units.ts';
import { levelOf, TileCache, tileFrom, tileLength, tilesOf, tileUntil, type LaneTile } from './tiles.ts';

const window = (from: number, until: number) => ({ from: traceNs(from), until: traceNs(until) });
const bucketTile = (level: number): LaneTile => ({
  kind: 'buckets',
  level,
  first: 0,
  states: 9,
  ns: new Float64Array(9),
});
const exactTile: LaneTile = {
  kind: 'exact',
  lane: { kind: 'exact', starts: new Float64Array(), ends: new Float64Array() } as unknown as ExactLane,
  names: { reasons: [], goroutines: {}, leaves: {} },
};

describe('a level', () => {
  it('has buckets of at most a pixel, and more than half of one', () => {
    for (const [length, width] of [
      [1000, 1000],
      [1999, 1000],
      [2000, 1000],
      [12_480_000_000, 837],
    ] as const) {
      const bucketPx = (2 ** levelOf(window(0, length), width) / length) * width;
      expect(bucketPx).toBeLessThanOrEqual(1);
      expect(bucketPx).toBeGreaterThan(0.5);
    }
  });

  it('is the finest where a pixel is less than a nanosecond', () => {
    expect(levelOf(window(0, 64), 1000)).toBe(0);
  });
});

describe('tiles of a window', () => {
  it('are those that touch it, whole, on a grid that does not depend on it', () => {
    const places = tilesOf(window(tileLength(3) * 1.5, tileLength(3) * 3.1), 3, 1e12);
    expect(places).toEqual([1, 2, 3].map((index) => ({ level: 3, index })));
    expect([tileFrom(places[0]!), tileUntil(places[0]!)]).toEqual([tileLength(3), 2 * tileLength(3)]);
  });

  it('end with the trace', () => {
    expect(tilesOf(window(0, 1e9), 0, 1000)).toHaveLength(2);
  });
});

describe('what there is to show', () => {
  const place = { level: 4, index: 5 };
  const shown = (cache: TileCache) =>
    cache
      .pieces('g1', [place])
      .map(({ from, until, tile }) => [from, until, tile.kind === 'exact' ? 'exact' : tile.level]);
  const here = [tileFrom(place), tileUntil(place)] as const;

  it('is nothing at first', () => expect(shown(new TileCache(10))).toEqual([]));

  it('is the tile itself before any other', () => {
    const cache = new TileCache(10);
    cache.put('g1', { level: 5, index: 2 }, bucketTile(5), 1, true);
    cache.put('g1', place, bucketTile(4), 1, true);
    expect(shown(cache)).toEqual([[...here, 4]]);
  });

  it('is the exact spans of a coarser tile, which nothing finer can better', () => {
    const cache = new TileCache(10);
    cache.put('g1', { level: 9, index: 0 }, exactTile, 1, true);
    cache.put('g1', { level: 5, index: 2 }, bucketTile(5), 1, true);
    expect(shown(cache)).toEqual([[...here, 'exact']]);
    expect(cache.suffices('g1', place, 1)).toBe(true);
  });

  it('is finer tiles where they fill the place, else the nearest coarser one', () => {
    const cache = new TileCache(10);
    cache.put('g1', { level: 3, index: 10 }, bucketTile(3), 1, true);
    expect(shown(cache)).toEqual([[here[0], (here[0] + here[1]) / 2, 3]]);
    cache.put('g1', { level: 7, index: 0 }, bucketTile(7), 1, true);
    expect(shown(cache)).toEqual([[...here, 7]]);
    cache.put('g1', { level: 3, index: 11 }, bucketTile(3), 1, true);
    expect(shown(cache)).toEqual([
      [here[0], (here[0] + here[1]) / 2, 3],
      [(here[0] + here[1]) / 2, here[1], 3],
    ]);
    expect(cache.suffices('g1', place, 1)).toBe(false);
  });

  it('is asked for again when there is more to read, unless that cannot change it', () => {
    const cache = new TileCache(10);
    cache.put('g1', place, bucketTile(4), 1, false);
    cache.put('g2', place, bucketTile(4), 1, true);
    expect(cache.suffices('g1', place, 1)).toBe(true);
    expect(cache.suffices('g1', place, 2)).toBe(false);
    expect(cache.suffices('g2', place, 2)).toBe(true);
  });

  it('is forgotten when it was not looked at for longest', () => {
    const cache = new TileCache(8);
    for (let index = 0; index < 8; index++) cache.put('g1', { level: 4, index }, bucketTile(4), 1, true);
    cache.pieces('g1', [{ level: 4, index: 0 }]);
    cache.put('g1', { level: 4, index: 8 }, bucketTile(4), 1, true);
    expect(cache.count).toBeLessThanOrEqual(8);
    expect(cache.suffices('g1', { level: 4, index: 0 }, 1)).toBe(true);
    expect(cache.suffices('g1', { level: 4, index: 1 }, 1)).toBe(false);
  });
});
