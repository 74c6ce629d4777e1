import { describe, expect, it } from 'vitest';
import { stateClasses } from '../goroutine-state.ts';
import { traceNs } from '../units.ts';
import type { DrawCommand, Measure } from './draw-list.ts';
import { bandPad, detailLane, laneCommands, lifeBandCommands, sharesAt } from './life-band.ts';
import {
  firstEndingAfter,
  labelsOf,
  shortFunction,
  spanAt,
  spanNear,
  waitsByStack,
  type ExactPicture,
  type PlacedPicture,
} from './span-picture.ts';
import type { TimeWindow } from './time-window.ts';

const letters = { R: 'running', r: 'runnable', S: 'sync', N: 'network', C: 'syscall', z: 'sleep' } as const;

/** One letter 10 ns; a dot is a time without the goroutine: `RR.S` runs from 0 to 20 and blocks from 30 to 40. */
function pictureOf(text: string): ExactPicture {
  const runs = [...text.matchAll(/(.)\1*/g)].filter(([run]) => !run.startsWith('.'));
  const classes = runs.map(([, letter]) => stateClasses.indexOf(letters[letter as keyof typeof letters]));
  return {
    kind: 'exact',
    starts: Float64Array.from(runs, (run) => run.index * 10),
    ends: Float64Array.from(runs, (run) => (run.index + run[0].length) * 10),
    classes: Uint8Array.from(classes),
    reasons: Uint32Array.from(runs, ([, letter]) => (letter === 'S' ? 1 : 0)),
    reasonNames: ['', 'sync'],
    stacks: Uint32Array.from(runs, ([, letter]) => (letter === 'S' || letter === 'N' ? 7 : 0)),
    leaves: { 7: 'github.com/x/ledger.(*Writer).Append' },
  };
}

const window = (from: number, until: number): TimeWindow => ({ from: traceNs(from), until: traceNs(until) });
const measure: Measure = (text) => text.length * 6;
const placed = (text: string): PlacedPicture => ({
  window: window(0, text.length * 10),
  picture: pictureOf(text),
});
const fills = (commands: readonly DrawCommand[]): string[] =>
  commands.flatMap((command) =>
    command.kind === 'rect' || command.kind === 'pattern' ? [command.fill] : [],
  );

describe('reading a picture', () => {
  const picture = pictureOf('RRRSS..N');

  it('finds spans by time', () => {
    expect([-5, 0, 29, 30, 45, 55, 75, 80].map((time) => firstEndingAfter(picture, time))).toEqual([
      0, 0, 0, 1, 1, 2, 2, 3,
    ]);
  });

  it('reaches a span beside the pointer, but no further', () => {
    expect(spanNear(picture, 52, 3)).toEqual(spanAt(picture, 1));
    expect(spanNear(picture, 68, 3)).toEqual(spanAt(picture, 2));
    expect(spanNear(picture, 60, 3)).toBeUndefined();
  });

  it('calls a wait by its place, what runs by its state', () => {
    const calls = [0, 1].map((at) =>
      labelsOf(spanAt(picture, at)).map((label) => label.replaceAll('\u00a0', ' ')),
    );
    expect(calls).toEqual([
      ['running  30 ns', 'running'],
      ['ledger.(*Writer).Append  20 ns', 'ledger.(*Writer).Append', 'sync', 'sync'],
    ]);
  });

  it('shortens a function to what is after its path', () => {
    expect(shortFunction('slices.SortFunc[go.shape.[]a/b.T]')).toBe('slices.SortFunc[go.shape.[]a/b.T]');
  });

  it('sums up waits by place within a window', () => {
    const totals = waitsByStack(pictureOf('SSRSSRNN'), window(10, 75));
    expect(totals.map(({ stateClass, ns }) => [stateClass, ns])).toEqual([
      ['sync', 30],
      ['network', 15],
    ]);
  });
});

describe('a lane', () => {
  const lane = { y: 0, h: 20, width: 80 };

  it('draws the spans that are in the window, at their places', () => {
    const commands = laneCommands(placed('RRRRCCCC'), window(20, 60), lane, undefined);
    expect(commands[0]).toMatchObject({ fill: 'state-running', x: -8, w: 47 });
    expect(commands[1]).toMatchObject({ fill: 'state-syscall', x: 40 });
    expect(laneCommands(placed('RR......CC'), window(30, 70), lane, undefined)).toEqual([]);
  });

  it('draws columns of shares without seams', () => {
    const shares = new Float32Array(9 * 7).fill(0);
    for (let column = 0; column < 7; column++) shares[column * 9] = 1;
    const picture = { kind: 'shares', columns: 7, spanCount: 99, shares } as const;
    const columns = laneCommands(
      { window: window(0, 70), picture },
      window(0, 70),
      { ...lane, width: 100 },
      undefined,
    );
    const edges = columns.map((command) =>
      command.kind === 'rect' ? [command.x, command.x + command.w] : [],
    );
    expect(edges.map(([left]) => left)).toEqual([0, 14, 29, 43, 57, 71, 86]);
    for (const [at, [, right]] of edges.slice(0, -1).entries()) expect(right).toBe(edges[at + 1]![0]);
    expect(columns).toHaveLength(7);
  });

  it('tells the shares of a column, largest first', () => {
    const shares = Float32Array.from([0.25, 0, 0, 0.75, 0, 0, 0, 0, 0]);
    const picture = { kind: 'shares', columns: 1, spanCount: 9, shares } as const;
    expect(sharesAt({ window: window(0, 10), picture }, 5)).toEqual([
      { name: 3, share: 0.75 },
      { name: 0, share: 0.25 },
    ]);
  });
});

describe('the band', () => {
  const life = window(0, 80);
  const both = placed('RRRRCCCC');
  const band = { life, window: life, overview: both, detail: both, selected: undefined };
  const width = 400 + 2 * bandPad;

  it('shows the life above and the window below, at the same places where they are the same', () => {
    const running = lifeBandCommands(band, width, measure).filter(
      (command) => command.kind === 'rect' && command.fill === 'state-running',
    );
    expect(running).toMatchObject([
      { x: bandPad, y: 8, w: 199, h: 30 },
      { x: bandPad, y: detailLane.y, w: 199, h: 32 },
    ]);
  });

  it('frames the window in the life once they differ', () => {
    const framed = lifeBandCommands({ ...band, window: window(20, 40) }, width, measure);
    expect(framed.find(({ kind }) => kind === 'outline')).toMatchObject({
      x: bandPad + 100,
      w: 100,
      stroke: 'accent',
    });
    expect(lifeBandCommands(band, width, measure).some(({ kind }) => kind === 'outline')).toBe(false);
  });

  it('outlines the selected span where it is in the window', () => {
    const selected = spanAt(pictureOf('RRRRCCCC'), 1);
    const outlines = (shown: TimeWindow): number =>
      lifeBandCommands({ ...band, window: shown, selected }, width, measure).filter(
        (command) => command.kind === 'outline' && command.stroke === 'selection-ink',
      ).length;
    expect(outlines(life)).toBe(1);
    expect(outlines(window(0, 30))).toBe(0);
  });

  it('is an empty frame with an axis until its pictures have come', () => {
    const empty = lifeBandCommands({ ...band, overview: undefined, detail: undefined }, width, measure);
    expect(new Set(fills(empty))).toEqual(new Set(['bg-surface', 'neutral-6']));
    expect(lifeBandCommands(band, 10, measure)).toEqual([]);
  });
});
