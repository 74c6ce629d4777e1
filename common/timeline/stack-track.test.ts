import { describe, expect, it } from 'vitest';
import type { StackFrame } from '../analyses/goroutine-results.ts';
import type { StateClass } from '../goroutine-state.ts';
import { stackIx } from '../ids.ts';
import { traceNs } from '../units.ts';
import { certaintyOf, stackTrack, type StackSource, type StackSpan, type StackTrack } from './stack-track.ts';

/** `main f recv`, the outermost first, as Go has it. */
const framesOf = (text: string): readonly StackFrame[] =>
  text === ''
    ? []
    : text
        .split(' ')
        .toReversed()
        .map((name) => ({ function: name, file: 'a.go', line: 1, pc: 0 }));

type WrittenSpan = readonly [from: number, until: number, state: StateClass, stack?: string];

function source(
  spans: readonly WrittenSpan[],
  samples: readonly (readonly [number, string])[] = [],
): StackSource {
  const stacks: string[] = [''];
  const ix = (text = ''): ReturnType<typeof stackIx> => {
    if (!stacks.includes(text)) stacks.push(text);
    return stackIx(stacks.indexOf(text));
  };
  return {
    spans: spans.map(([from, until, stateClass, stack]): StackSpan => ({
      from: traceNs(from),
      until: traceNs(until),
      stateClass,
      stack: ix(stack),
    })),
    samples: samples.map(([at, stack]) => ({ at: traceNs(at), stack: ix(stack) })),
    framesOf: (stack) => framesOf(stacks[stack]!),
  };
}

/** A row for each depth: `f 0-10 exact 10-20 inferred`, `|` between slices. */
const written = ({ rows }: StackTrack): string[] =>
  rows.map((row) =>
    row
      .map(({ frame, parts }) =>
        [frame.function, ...parts.map(({ from, until, kind }) => `${from}-${until} ${kind}`)].join(' '),
      )
      .join(' | '),
  );

const track = (...given: Parameters<typeof source>): string[] => written(stackTrack(source(...given), 10));

describe('the stack of a goroutine', () => {
  it('is exact while it waits, and in a system call', () => {
    expect(
      track([
        [0, 10, 'sync', 'm lock'],
        [10, 20, 'syscall', 'm write'],
      ]),
    ).toEqual(['m 0-20 exact', 'lock 0-10 exact | write 10-20 exact']);
  });

  it('is where it waited until it runs again: what woke it has another', () => {
    expect(
      track([
        [0, 10, 'sync', 'm lock'],
        [10, 14, 'runnable', 'waker unlock'],
      ]),
    ).toEqual(['m 0-14 exact', 'lock 0-14 exact']);
  });

  it('is not known before it first runs: the stack there is that of its creator', () => {
    expect(
      track([
        [0, 4, 'runnable', 'creator go'],
        [4, 10, 'sync', 'm lock'],
      ]),
    ).toEqual(['m 4-10 exact', 'lock 4-10 exact']);
  });

  it('is where it was preempted while it is runnable', () => {
    expect(
      track([
        [0, 10, 'running'],
        [10, 14, 'runnable', 'm loop'],
      ])[1],
    ).toBe('loop 10-14 exact');
  });

  it('while it runs is inferred from both sides', () => {
    expect(
      track([
        [0, 10, 'sync', 'm f lock'],
        [10, 20, 'running'],
        [20, 30, 'network', 'm f g read'],
      ]),
    ).toEqual([
      'm 0-10 exact 10-20 inferred 20-30 exact',
      'f 0-10 exact 10-20 inferred 20-30 exact',
      'lock 0-10 exact | g 20-30 exact',
      'read 20-30 exact',
    ]);
  });

  it('while it runs has none of the functions by which the runtime waits', () => {
    const spans: WrittenSpan[] = [
      [0, 10, 'sync', 'm f runtime.chanrecv runtime.gopark'],
      [10, 20, 'running'],
      [20, 30, 'sync', 'm f runtime.chanrecv runtime.gopark'],
    ];
    expect(track(spans)).toEqual([
      'm 0-10 exact 10-20 inferred 20-30 exact',
      'f 0-10 exact 10-20 inferred 20-30 exact',
      'runtime.chanrecv 0-10 exact | runtime.chanrecv 20-30 exact',
      'runtime.gopark 0-10 exact | runtime.gopark 20-30 exact',
    ]);
  });

  it('begins with its first function, which is there all its life', () => {
    expect(
      track([
        [0, 10, 'running'],
        [10, 20, 'sync', 'm f'],
      ]),
    ).toEqual(['m 0-10 inferred 10-20 exact', 'f 10-20 exact']);
    expect(
      track([
        [0, 10, 'sync', 'm f'],
        [10, 20, 'running'],
      ])[0],
    ).toBe('m 0-10 exact 10-20 inferred');
  });

  it('is sampled from a sample to the next, or to the end of the run', () => {
    const spans: WrittenSpan[] = [
      [0, 10, 'sync', 'm lock'],
      [10, 40, 'running'],
      [40, 50, 'sync', 'm send'],
    ];
    expect(
      track(spans, [
        [15, 'm f'],
        [25, 'm f g'],
        [35, 'm g'],
      ]),
    ).toEqual([
      'm 0-10 exact 10-15 inferred 15-40 sampled 40-50 exact',
      'lock 0-10 exact | f 15-35 sampled | g 35-40 sampled | send 40-50 exact',
      'g 25-35 sampled',
    ]);
  });

  it('takes no notice of samples outside of runs, and of those without a stack', () => {
    const spans: WrittenSpan[] = [
      [10, 20, 'sync', 'm lock'],
      [20, 30, 'running'],
    ];
    expect(
      track(spans, [
        [5, 'x'],
        [12, 'x'],
        [25, ''],
        [30, 'x'],
        [99, 'x'],
      ]),
    ).toEqual(['m 10-20 exact 20-30 inferred', 'lock 10-20 exact']);
  });

  it('is not known before and after a gap', () => {
    expect(
      track([
        [0, 10, 'sync', 'm f'],
        [20, 30, 'running'],
        [40, 50, 'sync', 'm f'],
      ]),
    ).toEqual(['m 0-10 exact | m 40-50 exact', 'f 0-10 exact | f 40-50 exact']);
  });

  it('is joined over runs that were cut in two', () => {
    const spans: WrittenSpan[] = [
      [0, 9, 'sync', 'm f'],
      [9, 12, 'running'],
      [12, 20, 'running'],
      [20, 30, 'sync', 'm f'],
    ];
    expect(track(spans)).toEqual([
      'm 0-9 exact 9-20 inferred 20-30 exact',
      'f 0-9 exact 9-20 inferred 20-30 exact',
    ]);
  });

  it('is told apart where a caller is another', () => {
    expect(
      track([
        [0, 10, 'sync', 'm f x'],
        [10, 20, 'syscall', 'm g x'],
      ]),
    ).toEqual(['m 0-20 exact', 'f 0-10 exact | g 10-20 exact', 'x 0-10 exact | x 10-20 exact']);
  });

  it('ends at a depth, and tells how much deeper it goes', () => {
    const { rows } = stackTrack(
      source([
        [0, 10, 'sync', 'a b c'],
        [10, 20, 'sync', 'a b c d e'],
        [20, 30, 'sync', 'a'],
      ]),
      2,
    );
    expect(rows.map((row) => row.map(({ from, until, deeper }) => [from, until, deeper]))).toEqual([
      [[0, 30, 0]],
      [[0, 20, 3]],
    ]);
  });

  it('is as certain as the least certain part of it', () => {
    const { rows } = stackTrack(
      source([
        [0, 10, 'sync', 'm f'],
        [10, 20, 'running'],
      ]),
      2,
    );
    expect([certaintyOf(rows[0]![0]!), certaintyOf(rows[1]![0]!)]).toEqual(['inferred', 'exact']);
  });

  it('of nothing is nothing', () => expect(track([])).toEqual([]));
});

describe('any stacks', () => {
  const states = ['running', 'runnable', 'sync', 'network', 'syscall', 'unknown'] as const;

  function randomSource(seed: number): StackSource {
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const stack = (): string =>
      Array.from({ length: random(6) }, () => ['a', 'b', 'runtime.c', 'runtime.d'][random(4)]!).join(' ');
    const spans: WrittenSpan[] = [];
    let at = 0;
    for (let i = 0; i < 40; i++) {
      // Some without a length, some gaps, some that overlap as damaged traces have them.
      const from = at + [0, 0, 0, 5, -3][random(5)]!;
      const until = from + random(4) * random(10);
      spans.push([from, until, states[random(states.length)]!, stack()]);
      at = Math.max(at, until);
    }
    const samples = Array.from({ length: random(30) }, () => [random(at + 20), stack()] as const);
    return source(
      spans,
      samples.sort(([a], [b]) => a - b),
    );
  }

  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'lie within their callers, without overlaps (%d)',
    (seed) => {
      const given = randomSource(seed);
      const { rows } = stackTrack(given, 4);
      expect(rows.length).toBeLessThanOrEqual(4);
      for (const [depth, row] of rows.entries()) {
        let end = -Infinity;
        for (const slice of row) {
          expect(slice.depth).toBe(depth);
          expect(slice.from).toBeGreaterThanOrEqual(end);
          expect(slice.until).toBeGreaterThan(slice.from);
          end = slice.until;
          let partEnd = slice.from;
          for (const part of slice.parts) {
            expect(part.from).toBe(partEnd);
            expect(part.until).toBeGreaterThan(part.from);
            partEnd = part.until;
          }
          expect(partEnd).toBe(slice.until);
          const callers =
            depth === 0
              ? [slice]
              : rows[depth - 1]!.filter((one) => one.from <= slice.from && one.until >= slice.until);
          expect(callers).toHaveLength(1);
        }
      }
    },
  );

  it.each(Array.from({ length: 50 }, (_, seed) => seed))(
    'are exact where it does not run, and nowhere else (%d)',
    (seed) => {
      const given = randomSource(seed);
      const inOrder = given.spans.filter(
        ({ from, until }, i) => from < until && given.spans.slice(0, i).every((one) => one.until <= from),
      );
      const { rows } = stackTrack({ ...given, spans: inOrder }, 4);
      const runs = inOrder.filter(({ stateClass }) => stateClass === 'running');
      for (const slice of rows.flat())
        for (const { from, until, kind } of slice.parts) {
          const ran = runs.some((run) => from < run.until && until > run.from);
          expect(kind !== 'exact').toBe(ran);
        }
    },
  );
});
