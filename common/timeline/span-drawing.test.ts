import { describe, expect, it } from 'vitest';
import type { StateClass } from '../goroutine-state.ts';
import type { DrawCommand, Measure } from './draw-list.ts';
import { fittingLabel, selectionCommands, spanCommands } from './span-drawing.ts';

/** 6 px a letter. */
const measure: Measure = (text) => text.length * 6;
const lane = { y: 10, h: 20, width: 1000 };

const drawn = (
  stateClass: StateClass,
  x0: number,
  x1: number,
  labels: readonly string[] = [],
): DrawCommand[] => spanCommands({ stateClass, x0, x1, labels }, lane, measure);

describe('an exact span', () => {
  it('that runs is solid and as tall as its lane, with a gap before the next', () => {
    expect(drawn('running', 100, 200)).toEqual([
      { kind: 'rect', x: 100, y: 10, w: 99, h: 20, fill: 'state-running' },
    ]);
  });

  it('in a system call has notches in its top', () => {
    const [body, ...notches] = drawn('syscall', 0, 21);
    expect(body).toEqual({ kind: 'rect', x: 0, y: 10, w: 20, h: 20, fill: 'state-syscall' });
    expect(notches).toEqual([
      { kind: 'rect', x: 3, y: 10, w: 3, h: 2.5, fill: 'neutral-0' },
      { kind: 'rect', x: 11, y: 10, w: 3, h: 2.5, fill: 'neutral-0' },
    ]);
  });

  it('that is ready is hatched and a little lower', () => {
    expect(drawn('runnable', 0, 50)).toEqual([
      { kind: 'pattern', x: 0, y: 13, w: 49, h: 17, fill: 'state-runnable', pattern: 'diagonal' },
    ]);
  });

  it('that waits is a tinted body with a solid edge on a solid foot', () => {
    expect(drawn('sync', 0, 101)).toEqual([
      { kind: 'rect', x: 0, y: 16, w: 100, h: 14, fill: 'state-sync', alpha: 0.42 },
      { kind: 'rect', x: 0, y: 27, w: 100, h: 3, fill: 'state-sync' },
      { kind: 'rect', x: 0, y: 16, w: 1.5, h: 14, fill: 'state-sync' },
    ]);
  });

  it('that waits for the collector is combed', () => {
    const teeth = drawn('gc', 0, 21).slice(3);
    expect(teeth.map((tooth) => tooth.kind === 'rect' && [tooth.x, tooth.w])).toEqual([
      [3, 1],
      [7, 1],
      [11, 1],
      [15, 1],
    ]);
  });

  it.each(['sleep', 'other'] as const)('that idles (%s) lies flat', (state) => {
    expect(drawn(state, 0, 50)).toEqual([{ kind: 'rect', x: 0, y: 25, w: 49, h: 5, fill: `state-${state}` }]);
  });

  it('of which nothing is known is dashed', () => {
    expect(drawn('unknown', 0, 50)).toEqual([
      { kind: 'pattern', x: 0, y: 25, w: 49, h: 5, fill: 'state-unknown', pattern: 'dash' },
    ]);
  });

  it.each(['running', 'syscall', 'runnable', 'sync', 'network', 'gc', 'sleep', 'unknown'] as const)(
    'below 5 px (%s) is solid, so that slivers keep colour and height',
    (state) => {
      const commands = drawn(state, 40, 44);
      expect(commands).toHaveLength(1);
      expect(commands[0]).toMatchObject({ kind: 'rect', x: 40, w: 4, fill: `state-${state}` });
      expect(commands[0]).not.toHaveProperty('alpha');
    },
  );

  it('is never narrower than a pixel', () => expect(drawn('running', 7, 7.01)[0]).toMatchObject({ w: 1 }));

  it('costs no more to draw when it reaches far out of view', () => {
    const commands = drawn('gc', -1e9, 1e9);
    expect(commands.length).toBeLessThan(300);
    expect(commands[0]).toMatchObject({ x: -8, w: 1015 });
  });
});

describe('a label', () => {
  it('is the first that fits, and never a part of one', () => {
    const labels = ['ledger.Append  13.1 ms', 'ledger.Append', 'sync'];
    expect(fittingLabel(labels, 200, measure)).toBe('ledger.Append  13.1 ms');
    expect(fittingLabel(labels, 100, measure)).toBe('ledger.Append');
    expect(fittingLabel(labels, 30, measure)).toBe('sync');
    expect(fittingLabel(labels, 20, measure)).toBe('');
  });

  it('stays in view while its span begins before it', () => {
    const text = drawn('running', -400, 300, ['running']).find((command) => command.kind === 'text');
    expect(text).toMatchObject({ x: 5, text: 'running', fill: 'state-running-on' });
  });

  it('stands on ink over a tint, and above what lies flat', () => {
    expect(drawn('network', 0, 100, ['read']).at(-1)).toMatchObject({ text: 'read', fill: 'neutral-12' });
    expect(drawn('sleep', 0, 100, ['sleep']).at(-1)).toMatchObject({ fill: 'state-sleep-text', y: 17.5 });
  });

  it.each(['gc', 'runnable'] as const)('is kept clear of the pattern of %s', (state) => {
    expect(drawn(state, 0, 100, ['word']).slice(-2)).toMatchObject([
      { kind: 'rect', x: 2, w: 30, fill: `state-${state}-soft` },
      { kind: 'text', x: 5 },
    ]);
  });

  it('is left out where there is hardly a pixel', () => {
    expect(drawn('running', 0, 17, ['a']).some(({ kind }) => kind === 'text')).toBe(false);
  });
});

it('outlines the selected span in ink within a halo of paper', () => {
  expect(selectionCommands(100, 140, lane)).toEqual([
    { kind: 'outline', x: 98, y: 7.5, w: 44, h: 25, stroke: 'bg-surface', width: 4 },
    { kind: 'outline', x: 99, y: 8.5, w: 42, h: 23, stroke: 'selection-ink', width: 2 },
  ]);
});
