import { describe, expect, it } from 'vitest';
import type { ExactLane } from '../analyses/timeline-results.ts';
import { stateClasses, type StateClass } from '../goroutine-state.ts';
import { traceNs } from '../units.ts';
import { laneCommands } from './lane-drawing.ts';
import { lanePicture, sharesAtX, shownSpanAt, type LanePicture } from './lane-picture.ts';
import type { LaneTile, TilePiece } from './tiles.ts';

const letters: Readonly<Record<string, StateClass>> = {
  R: 'running',
  r: 'runnable',
  W: 'sync',
  N: 'network',
  S: 'syscall',
  z: 'sleep',
};

/** One letter a nanosecond from `from` on; a dot is where the goroutine is not there: `spansOf('rrRR.WW')`. */
function spansOf(picture: string, from = 0): LaneTile {
  const spans: { start: number; end: number; state: number }[] = [];
  Array.from(picture).forEach((letter, i) => {
    const state = stateClasses.indexOf(letters[letter] ?? 'unknown');
    const last = spans.at(-1);
    if (letter === '.') return;
    if (last?.end === from + i && last.state === state) last.end++;
    else spans.push({ start: from + i, end: from + i + 1, state });
  });
  const column = (value: (span: (typeof spans)[number]) => number): Float64Array =>
    Float64Array.from(spans, value);
  const lane: ExactLane = {
    kind: 'exact',
    starts: column(({ start }) => start),
    ends: column(({ end }) => end),
    states: Uint8Array.from(spans, ({ state }) => state),
    goroutines: column(() => NaN),
    partners: column(() => NaN),
    reasons: new Uint32Array(spans.length),
    stacks: new Uint32Array(spans.length),
  };
  return { kind: 'exact', lane, names: { reasons: [''], goroutines: {}, leaves: {} } };
}

const window = (from: number, until: number) => ({ from: traceNs(from), until: traceNs(until) });
const piece = (from: number, until: number, tile: LaneTile): TilePiece => ({ from, until, tile });

const told = (picture: LanePicture): string[] =>
  picture.form === 'spans'
    ? picture.spans.map(({ from, until, stateClass }) => `${from}-${until} ${stateClass}`)
    : [picture.form];

describe('a lane in a window', () => {
  it('shows single spans where they are wide enough', () => {
    const pieces = [piece(0, 8, spansOf('rrRR.WWW'))];
    expect(told(lanePicture('g1', pieces, window(0, 8), 80))).toEqual([
      '0-2 runnable',
      '2-4 running',
      '5-8 sync',
    ]);
  });

  it('shows shares of each pixel where spans are narrow', () => {
    const picture = lanePicture('g1', [piece(0, 8, spansOf('rRrRWWWW'))], window(0, 8), 2);
    if (picture.form !== 'columns') throw new Error('five spans in two pixels');
    expect(sharesAtX(picture, 0)).toEqual([
      { state: 'running', share: 0.5 },
      { state: 'runnable', share: 0.5 },
    ]);
    expect(sharesAtX(picture, 1)).toEqual([{ state: 'sync', share: 1 }]);
  });

  it('joins what only a border between tiles cut', () => {
    const pieces = [piece(0, 4, spansOf('RRWW')), piece(4, 8, spansOf('WWRR', 4))];
    expect(told(lanePicture('g1', pieces, window(0, 8), 80))).toEqual([
      '0-2 running',
      '2-6 sync',
      '6-8 running',
    ]);
  });

  it('does not draw a processor that is idle', () => {
    const tile = spansOf('RRRR');
    if (tile.kind === 'exact') tile.lane.states[0] = 3;
    expect(told(lanePicture('p0', [piece(0, 4, tile)], window(0, 4), 80))).toEqual([]);
  });

  it('is unread until something has come', () => {
    expect(lanePicture('g1', [], window(0, 8), 80)).toEqual({ form: 'unread' });
  });

  it('shares out a bucket that is cut by its even part, and a group by its own time', () => {
    const ns = new Float64Array(9);
    ns[stateClasses.indexOf('sync')] = 30;
    ns[stateClasses.indexOf('running')] = 10;
    const tile: LaneTile = { kind: 'buckets', level: 3, first: 0, states: 9, ns };
    const picture = lanePicture('f1', [piece(0, 8, tile)], window(0, 4), 4);
    if (picture.form !== 'columns') throw new Error('buckets are columns');
    expect(sharesAtX(picture, 2)).toEqual([
      { state: 'sync', share: 0.75 },
      { state: 'running', share: 0.25 },
    ]);
  });
});

describe('the pointer', () => {
  const picture = lanePicture(
    'g1',
    [piece(0, 100, spansOf(`RRRRRRRRRR.W${'.'.repeat(88)}`))],
    window(0, 100),
    100,
  );

  it('finds the span it is at, or a sliver within reach', () => {
    expect(shownSpanAt(picture, window(0, 100), 100, 5, 4)?.stateClass).toBe('running');
    expect(shownSpanAt(picture, window(0, 100), 100, 14, 4)?.stateClass).toBe('sync');
    expect(shownSpanAt(picture, window(0, 100), 100, 40, 4)).toBeUndefined();
  });

  it('finds what was drawn: the boxes of the draw list and the spans agree', () => {
    const shown = lanePicture(
      'g1',
      [piece(0, 40, spansOf('rrrrRRRRRR....WWWWNNNNNNNN..SSSSSSzzzzzz'))],
      window(0, 40),
      400,
    );
    const commands = laneCommands(shown, window(0, 40), { y: 0, h: 16, width: 400 }, () => Infinity);
    const boxes = commands.filter((command) => 'fill' in command && 'w' in command && command.w > 20);
    expect(boxes.length).toBeGreaterThanOrEqual(6);
    for (const box of boxes) {
      if (!('fill' in box) || !('x' in box) || !('w' in box)) continue;
      const span = shownSpanAt(shown, window(0, 40), 400, box.x + box.w / 2, 0);
      expect(box.fill).toBe(`state-${span!.stateClass}`);
    }
  });
});

it('a lane in shares is one command, whatever is in it', () => {
  const shares = new Float32Array(9 * 100).fill(0.1);
  const lane = { y: 10, h: 16, width: 99.5 };
  const commands = laneCommands({ form: 'columns', shares, bucketNs: 0 }, window(0, 8), lane, () => 0);
  expect(commands).toEqual([{ kind: 'columns', x: 0, y: 10, w: 100, h: 16, shares }]);
});
