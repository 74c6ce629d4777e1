import { describe, expect, it } from 'vitest';
import { traceNs } from '../units.ts';
import { requestsFor, TileQueue, type TileRequest } from './tile-requests.ts';
import { tileLength, tilesOf, type LaneKey } from './tiles.ts';

const level = 10;
const length = tileLength(level);
/** 1000 px at level 10. */
const width = 1000;
const windowAt = (tile: number) => ({
  from: traceNs(tile * length),
  until: traceNs(tile * length + width * 1024),
});
const durationNs = 100 * length;
const none = (): boolean => false;
const wanted = (tile: number, lanes: readonly LaneKey[], nearby: readonly LaneKey[] = []) => ({
  window: windowAt(tile),
  width,
  durationNs,
  lanes,
  nearby,
});

describe('what is asked for', () => {
  it('is what is in view first, from the middle outwards, then lanes nearby, then half a window around', () => {
    const requests = requestsFor(wanted(10.25, ['g1'], ['g2']), none);
    expect(requests.map(({ index, lanes }) => [index, ...lanes])).toEqual([
      [11, 'g1'],
      [10, 'g1'],
      [12, 'g1'],
      [11, 'g2'],
      [10, 'g2'],
      [12, 'g2'],
      [9, 'g1'],
      [13, 'g1'],
    ]);
  });

  it('is only what is in view while one moves', () => {
    const { window } = wanted(10.25, []);
    expect(requestsFor({ window, width, durationNs, lanes: ['g1'] }, none).map(({ index }) => index)).toEqual(
      [11, 10, 12],
    );
  });

  it('is never of another level, nor further than half a window away', () => {
    for (let tile = 0; tile < 95; tile += 3.7) {
      const { window } = wanted(tile, []);
      const half = (window.until - window.from) / 2;
      const wide = { from: traceNs(window.from - half), until: traceNs(window.until + half) };
      const allowed = tilesOf(wide, level, durationNs).map(({ index }) => index);
      for (const request of requestsFor(wanted(tile, ['g1', 'p2', 'f3'], ['t4']), none)) {
        expect(request.level).toBe(level);
        expect(allowed).toContain(request.index);
      }
    }
  });

  it('is not what is there', () => {
    const requests = requestsFor(wanted(10, ['g1', 'g2']), (lane) => lane === 'g1');
    expect(requests.flatMap(({ lanes }) => lanes)).not.toContain('g1');
    expect(requestsFor(wanted(10, ['g1']), () => true)).toEqual([]);
  });

  it('is one question for lanes and one for groups, of no more than 24 at once', () => {
    const lanes = Array.from({ length: 30 }, (_, i): LaneKey => `g${i}`);
    const [first, second, third] = requestsFor(wanted(10, [...lanes, 'f1']), none);
    expect([first?.about, first?.lanes.length]).toEqual(['lanes', 24]);
    expect([second?.about, second?.lanes.length]).toEqual(['lanes', 6]);
    expect([third?.about, third?.lanes]).toEqual(['groups', ['f1']]);
  });
});

describe('questions under way', () => {
  interface Asked {
    readonly request: TileRequest;
    readonly signal: AbortSignal;
    readonly answer: () => void;
  }
  function queue(): { readonly queue: TileQueue; readonly asked: Asked[] } {
    const asked: Asked[] = [];
    const made = new TileQueue(
      (request, signal) => new Promise((answer) => asked.push({ request, signal, answer })),
    );
    return { queue: made, asked };
  }
  const request = (index: number, ...lanes: LaneKey[]): TileRequest => ({
    level,
    index,
    about: 'lanes',
    lanes,
  });
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

  it('are two at most; the others follow in their order', async () => {
    const { queue: tiles, asked } = queue();
    tiles.want([request(1, 'g1'), request(2, 'g1'), request(3, 'g1')]);
    expect(asked.map(({ request: { index } }) => index)).toEqual([1, 2]);
    asked[0]!.answer();
    await settled();
    expect(asked.map(({ request: { index } }) => index)).toEqual([1, 2, 3]);
  });

  it('are cancelled when nobody wants them any more: the newest wish wins', async () => {
    const { queue: tiles, asked } = queue();
    tiles.want([request(1, 'g1'), request(2, 'g1')]);
    tiles.want([request(2, 'g1'), request(9, 'g1')]);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
    expect(asked.map(({ request: { index } }) => index)).toEqual([1, 2, 9]);
    for (const { answer } of asked) answer();
    await settled();
    expect(tiles.idle).toBe(true);
  });

  it('are not asked again while they are on their way', () => {
    const { queue: tiles, asked } = queue();
    tiles.want([request(1, 'g1', 'g2')]);
    tiles.want([request(1, 'g1', 'g2', 'g3')]);
    expect(asked.map(({ request: { lanes } }) => lanes)).toEqual([['g1', 'g2'], ['g3']]);
    expect(asked[0]!.signal.aborted).toBe(false);
  });

  it('all end when the screen goes away', () => {
    const { queue: tiles, asked } = queue();
    tiles.want([request(1, 'g1')]);
    tiles.stop();
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(tiles.idle).toBe(true);
  });
});
