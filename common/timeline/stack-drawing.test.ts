import { describe, expect, it } from 'vitest';
import { traceNs } from '../units.ts';
import type { DrawCommand, Measure } from './draw-list.ts';
import {
  frameInk,
  frameLabel,
  sliceAt,
  stackCommands,
  stackHeight,
  type StackView,
} from './stack-drawing.ts';
import type { Certainty, StackSlice, StackTrack } from './stack-track.ts';

/** 6 px a letter. */
const measure: Measure = (text) => text.length * 6;
/** A pixel is a nanosecond. */
const view: StackView = { window: { from: traceNs(0), until: traceNs(1000) }, width: 1000, y: 100 };

function slice(
  name: string,
  from: number,
  until: number,
  kinds: readonly (readonly [number, Certainty])[] = [[until, 'exact']],
): StackSlice {
  const parts = kinds.map(([end, kind], i) => ({ from: kinds[i - 1]?.[0] ?? from, until: end, kind }));
  return { depth: 0, from, until, frame: { function: name, file: '', line: 0, pc: 0 }, parts, deeper: 0 };
}

const trackOf = (...slices: StackSlice[]): StackTrack => ({ rows: [slices] });
const drawn = (...slices: StackSlice[]): DrawCommand[] => stackCommands(trackOf(...slices), view, measure);

describe('a slice', () => {
  it('is solid where it is exact', () => {
    expect(drawn(slice('main.f', 100, 200))).toEqual([
      { kind: 'rect', x: 100, y: 100.5, w: 99, h: 12, fill: 'frame-own' },
      { kind: 'text', x: 104, y: 107, text: 'main.f', fill: 'neutral-12', font: 'mono' },
    ]);
  });

  it.each(['sampled', 'inferred'] as const)('is lighter within a dashed outline where it is %s', (kind) => {
    expect(drawn(slice('main.f', 100, 200, [[200, kind]]))).toMatchObject([
      { kind: 'rect', x: 100, w: 99, alpha: 0.55 },
      { kind: 'outline', x: 100.5, w: 98, dash: [2, 2] },
      { kind: 'text' },
    ]);
  });

  it('shows each of its parts, of those that can be told apart', () => {
    const commands = drawn(
      slice('main.f', 100, 200, [
        [150, 'exact'],
        [151, 'sampled'],
        [200, 'inferred'],
      ]),
    );
    expect(commands.filter(({ kind }) => kind === 'rect')).toMatchObject([
      { x: 100, w: 51, alpha: 0.55 },
      { x: 151, w: 48, alpha: 0.55 },
    ]);
  });

  it('keeps its name in view while it begins before the window', () => {
    expect(drawn(slice('main.f', -500, 300)).at(-1)).toMatchObject({ text: 'main.f', x: 4 });
  });

  it('costs no more where it reaches far out of view, and nothing where it is not in view', () => {
    expect(drawn(slice('main.f', -1e12, 1e12))[0]).toMatchObject({ x: -8, w: 1015 });
    expect(drawn(slice('main.f', -20, -10), slice('main.f', 1200, 1300))).toEqual([]);
  });

  it('is drawn once a pixel, however many there are', () => {
    const slivers = Array.from({ length: 10_000 }, (_, i) => slice('main.f', i / 10, (i + 1) / 10));
    expect(drawn(...slivers).length).toBeLessThan(1010);
  });

  it('tells that there is more within it', () => {
    expect(drawn({ ...slice('main.f', 0, 10), deeper: 2 })).toMatchObject([
      {},
      { y: 111.5, h: 1, fill: 'neutral-8' },
    ]);
  });

  it('stands in the row of its depth', () => {
    const track: StackTrack = { rows: [[slice('main.a', 0, 10)], [{ ...slice('main.b', 0, 10), depth: 1 }]] };
    expect(stackHeight(track)).toBe(26);
    expect(stackCommands(track, view, measure)).toMatchObject([{ y: 100.5 }, { y: 113.5 }]);
  });
});

describe('the name of a frame', () => {
  it.each([
    [200, 'net/http.(*conn).serve', 'http.(*conn).serve'],
    [80, 'net/http.(*conn).serve', '(*conn).serve'],
    [50, 'net/http.(*conn).serve', 'serve'],
    [29, 'net/http.(*conn).serve', ''],
    [40, 'x.org/m.(*T).TransmitAll', 'Trans…'],
    [30, 'x.org/m.(*T).TransmitAll', 'Tran…'],
    [29, 'x.org/m.(*T).TransmitAll', ''],
    [70, 'main.(*Server).run.func2.1', 'run.func2.1'],
    [200, 'slices.SortFunc[go.shape.[]x/y.T]', 'slices.SortFunc[…]'],
    [60, 'slices.SortFunc[go.shape.[]x/y.T]', 'SortFunc'],
    [60, '_cgo_panic', '_cgo_panic'],
  ])('drops package, then receiver, then letters down to five: %d px for %s', (room, name, label) => {
    expect(frameLabel(name, room, measure)).toBe(label);
  });
});

describe('the colour of a frame', () => {
  it.each([
    ['main.main', 'frame-own'],
    ['shop/ledger.Append', 'frame-own'],
    ['shopping/cart.Add', 'frame-own'],
    ['encoding/json.Marshal', 'frame-std'],
    ['net/http.(*conn).serve', 'frame-std'],
    ['runtime.gopark', 'frame-runtime'],
    ['runtime/debug.FreeOSMemory', 'frame-runtime'],
    ['internal/runtime/maps.newTable', 'frame-runtime'],
    ['_cgo_panic', 'frame-runtime'],
    ['github.com/x/y.(*T).F', 'frame-dep'],
    ['gopkg.in/yaml%2ev3.Unmarshal', 'frame-dep'],
    ['example%2ecom.F', 'frame-dep'],
  ])('of %s is %s', (name, ink) => expect(frameInk(name, ['shop'])).toBe(ink));
});

describe('the pointer', () => {
  const track: StackTrack = {
    rows: [
      [
        slice('main.a', 0, 500, [
          [200, 'exact'],
          [500, 'sampled'],
        ]),
        slice('main.b', 520, 521),
      ],
      [{ ...slice('main.c', 100, 200), depth: 1 }],
    ],
  };
  const at = (x: number, y: number): string | undefined => {
    const found = sliceAt(track, view, x, y);
    return found && `${found.slice.frame.function} ${found.kind}`;
  };

  it('is in a slice, of which it tells how it is known there', () => {
    expect(at(100, 101)).toBe('main.a exact');
    expect(at(300, 112)).toBe('main.a sampled');
    expect(at(150, 114)).toBe('main.c exact');
  });

  it('reaches slivers beside it', () => {
    expect(at(518, 101)).toBe('main.b exact');
    expect(at(524, 101)).toBe('main.b exact');
    expect(at(502, 101)).toBe('main.a sampled');
  });

  it('is nowhere above, below and between', () => {
    expect([at(100, 99), at(100, 127), at(510, 101), at(250, 114), at(800, 101)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
