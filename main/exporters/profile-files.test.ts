import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';
import { describe, expect, test } from 'vitest';
import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { StackProfile } from '#common/analyses/stack-profile.ts';
import { foldedText, pprofFile, profileTsv, topFunctions } from './profile-files.ts';

const frame = (name: string, line: number, pc = line * 16): StackFrame => ({
  function: name,
  file: `/src/${name.split('.')[0]}.go`,
  line,
  pc,
});

/** Leaf first, with a count and a delay. */
function profileOf(
  stacks: readonly (readonly [frames: readonly StackFrame[], count: number, delay: number])[],
): StackProfile {
  const frames = stacks.flatMap(([all]) => all);
  const ends = stacks.map((_, i) => stacks.slice(0, i + 1).reduce((sum, [all]) => sum + all.length, 0));
  const values = (at: 1 | 2): Float64Array => Float64Array.from(stacks, (stack) => stack[at]);
  return {
    frames,
    stackStarts: Uint32Array.from([0, ...ends]),
    stackFrames: Uint32Array.from(frames.keys()),
    values: [
      { type: 'contentions', unit: 'count', values: values(1) },
      { type: 'delay', unit: 'nanoseconds', values: values(2) },
    ],
  };
}

const main = frame('main.main', 4);
const sleep = frame('time.Sleep', 9);
const profile = profileOf([
  [[sleep, main], 3, 250],
  [[], 1, 2 ** 53 - 1],
  [[frame('main.again', 7), frame('main.again', 8), main], 0, 40],
  [[sleep, main], 1, 50],
]);
const period = { type: 'trace', unit: 'count', period: 1 };

/** Everything of a pprof file, the texts in place of their numbers. */
function decoded(file: Uint8Array) {
  const { stringTable, ...rest } = Profile.decode(gunzipSync(file));
  const text = (place: number | bigint): string => stringTable.strings[Number(place)]!;
  const functions = new Map(
    rest.function.map(({ id, name, filename }) => [id, `${text(name)}@${text(filename)}`]),
  );
  const locations = new Map(
    rest.location.map(({ id, address, line }) => [
      id,
      `${functions.get(line[0]!.functionId)!}:${line[0]!.line} ${address}`,
    ]),
  );
  const typed = ({ type, unit }: { type: number | bigint; unit: number | bigint }): string =>
    `${text(type)}/${text(unit)}`;
  return {
    types: rest.sampleType.map(typed),
    period: [typed(rest.periodType!), Number(rest.period)],
    functions: rest.function.length,
    locations: rest.location.length,
    besides: [rest.mapping.length, Number(rest.timeNanos), Number(rest.durationNanos)],
    samples: rest.sample.map(({ locationId, value, label }) => [
      locationId.map((id) => locations.get(id)),
      value.map(Number),
      label.map(({ key, str }) => `${text(key)}=${text(str)}`),
    ]),
  };
}

describe('a pprof file', () => {
  test('says what was measured, at which stacks, and nothing else', () => {
    expect(decoded(pprofFile([{ profile }], period))).toEqual({
      types: ['contentions/count', 'delay/nanoseconds'],
      period: ['trace/count', 1],
      functions: 3,
      locations: 4,
      besides: [0, 0, 0],
      samples: [
        [['time.Sleep@/src/time.go:9 144', 'main.main@/src/main.go:4 64'], [4, 300], []],
        [[], [1, 2 ** 53 - 1], []],
        [
          ['main.again@/src/main.go:7 112', 'main.again@/src/main.go:8 128', 'main.main@/src/main.go:4 64'],
          [0, 40],
          [],
        ],
      ],
    });
  });

  test('joins what has the same labels and keeps apart what has others', () => {
    const one = profileOf([[[sleep], 1, 10]]);
    const parts = [
      { profile: one, labels: [{ key: 'state', str: 'runnable' }] },
      { profile: one, labels: [{ key: 'state', str: 'waiting' }] },
      { profile: one, labels: [{ key: 'state', str: 'runnable' }] },
    ];
    const at = ['time.Sleep@/src/time.go:9 144'];
    expect(decoded(pprofFile(parts, period)).samples).toEqual([
      [at, [2, 20], ['state=runnable']],
      [at, [1, 10], ['state=waiting']],
    ]);
  });

  test('keeps addresses of 64 bits and frames that differ only in them', () => {
    const [near, far] = [frame('a.b', 1, 2 ** 47), frame('a.b', 1, 2 ** 47 + 1)];
    const { samples, functions } = decoded(
      pprofFile([{ profile: profileOf([[[near, far], 1, 1]]) }], period),
    );
    expect(functions).toBe(1);
    expect(samples).toEqual([
      [['a.b@/src/a.go:1 140737488355328', 'a.b@/src/a.go:1 140737488355329'], [1, 1], []],
    ]);
  });
});

test('folded stacks have the root first and one line each', () => {
  const odd = profileOf([[[frame('main.f;g\n', 1), main], 1, 7]]);
  expect([...foldedText([profile, odd], 1)]).toEqual([
    'main.main;time.Sleep 300\n',
    '(no stack) 9007199254740991\n',
    'main.main;main.again;main.again 40\n',
    'main.main;main.f:g  7\n',
  ]);
});

test('a table has one row for stacks that read the same', () => {
  const elsewhere = profileOf([[[{ ...sleep, pc: 1 }, main], 1, 1]]);
  expect([...profileTsv([profile, elsewhere])]).toEqual([
    '5\t301\ttime.Sleep@/src/time.go:9;main.main@/src/main.go:4\n',
    '1\t9007199254740991\t\n',
    '0\t40\tmain.again@/src/main.go:7;main.again@/src/main.go:8;main.main@/src/main.go:4\n',
  ]);
});

test('a function that calls itself counts once', () => {
  expect(
    topFunctions(
      [
        profileOf([
          [[frame('a.a', 1), frame('a.a', 2), main], 1, 40],
          [[sleep, main], 1, 60],
        ]),
      ],
      1,
    ),
  ).toEqual({
    total: 100,
    functions: [
      { name: 'time.Sleep', flat: 60, cum: 60 },
      { name: 'a.a', flat: 40, cum: 40 },
      { name: 'main.main', flat: 0, cum: 100 },
    ],
  });
});
