import { describe, expect, it } from 'vitest';
import { callTree, nodeWithKey, pathKeys, pathTo, type CallTree } from './call-tree.ts';
import {
  calleesOf,
  callersOf,
  inverted,
  stacksOfProfiles,
  stacksThrough,
  stacksWritten,
  withoutRecursion,
  type WeightedStacks,
} from './weighted-stacks.ts';

/** ` main 9` for each node, indented by its depth, with what it takes itself where that is not nothing: ` lock 5 (5)`. */
const pictured = (tree: CallTree): readonly string[] =>
  Array.from({ length: tree.count }, (_, node) => {
    const name = tree.functions[tree.functionOf[node]!] ?? 'all';
    const self = tree.selfs[node]! === 0 ? '' : ` (${tree.selfs[node]!})`;
    return `${' '.repeat(tree.depths[node]!)}${name} ${tree.totals[node]!}${self}`;
  });

const shop = stacksWritten(`
  main;read 2 20
  main;serve;lock 3 1
  main;serve;db;lock 4 2
  init 1
`);

/** What every tree must keep to, whatever was done to the stacks. */
function checkSums(tree: CallTree, stacks: WeightedStacks): void {
  expect(tree.totals[0]).toBe(stacks.weights.reduce((sum, weight) => sum + weight, 0));
  expect(tree.counts[0]).toBe(stacks.counts.reduce((sum, count) => sum + count, 0));
  for (let node = 0; node < tree.count; node++) {
    const depthBelow = tree.depths[node]! + 1;
    let inside = tree.selfs[node]!;
    for (let child = node + 1; child < tree.ends[node]!; child = tree.ends[child]!) {
      expect(tree.parents[child]).toBe(node);
      expect(tree.depths[child]).toBe(depthBelow);
      inside += tree.totals[child]!;
    }
    expect(inside).toBe(tree.totals[node]);
  }
}

describe('a call tree', () => {
  it('joins what is called alike, the heaviest first', () => {
    expect(pictured(callTree(shop))).toEqual([
      'all 10',
      ' main 9',
      '  serve 7',
      '   db 4',
      '    lock 4 (4)',
      '   lock 3 (3)',
      '  read 2 (2)',
      ' init 1 (1)',
    ]);
  });

  it('sorts by name what is equally heavy', () => {
    expect(pictured(callTree(stacksWritten('b 1\na 1\nc 1')))).toEqual([
      'all 3',
      ' a 1 (1)',
      ' b 1 (1)',
      ' c 1 (1)',
    ]);
  });

  it('joins only neighbours in order of time', () => {
    const stacks = stacksWritten('main;a 1\nmain;b 5\nmain;a 2\nmain;a 3');
    expect(pictured(callTree(stacks, 'time'))).toEqual([
      'all 11',
      ' main 11',
      '  a 1 (1)',
      '  b 5 (5)',
      '  a 5 (5)',
    ]);
  });

  it.each([
    ['as it is', (stacks: WeightedStacks) => stacks],
    ['inverted', inverted],
    ['without recursion', withoutRecursion],
    ['inverted without recursion', (stacks: WeightedStacks) => inverted(withoutRecursion(stacks))],
  ])('keeps all of what was measured, %s', (_, view) => {
    const stacks = view(stacksWritten('m;a;a;b 3 2\nm;a;b;a 5 7\nb;m;a 1 1\nm 2 4'));
    checkSums(callTree(stacks), stacks);
    checkSums(callTree(stacks, 'time'), stacks);
    expect(callTree(stacks).totals[0]).toBe(11);
  });

  it('tells the functions on the way to a node', () => {
    const tree = callTree(shop);
    const names = pathTo(tree, 4).map((at) => tree.functions[at]);
    expect(names).toEqual(['main', 'serve', 'db', 'lock']);
    expect(pathTo(tree, 0)).toEqual([]);
  });

  it('finds a node again by its way, also in a tree of other stacks', () => {
    const other = callTree(stacksWritten('x;serve;lock 90\nmain;serve;lock 1\nmain;serve;db;lock 70'));
    const keys = pathKeys(callTree(shop));
    const found = nodeWithKey(other, keys[5]!);
    expect(pathTo(other, found).map((at) => other.functions[at])).toEqual(['main', 'serve', 'lock']);
    expect(nodeWithKey(other, keys[6]!)).toBe(0);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is its root alone where nothing was measured', () => {
    const tree = callTree(stacksOfProfiles([], { weight: 'delay', count: 'contentions' }));
    expect(pictured(tree)).toEqual(['all 0']);
    expect(tree.ends[0]).toBe(1);
  });
});

describe('stacks through a node', () => {
  it('are those that its way begins, so that their weights are its total', () => {
    const tree = callTree(shop);
    for (let node = 0; node < tree.count; node++) {
      const through = stacksThrough(shop, pathTo(tree, node));
      expect(through.reduce((sum, stack) => sum + shop.weights[stack]!, 0)).toBe(tree.totals[node]);
    }
  });
});

describe('inverted', () => {
  it('has at its root what others wait in', () => {
    expect(pictured(callTree(inverted(shop))).slice(0, 6)).toEqual([
      'all 10',
      ' lock 7',
      '  db 4',
      '   serve 4',
      '    main 4 (4)',
      '  serve 3',
    ]);
  });
});

describe('without recursion', () => {
  it('counts what a function calls for its first call on the stack', () => {
    const stacks = stacksWritten('m;walk;walk;walk;lock 3\nm;walk;lock 4\nm;walk;next;walk;read 5');
    expect(pictured(callTree(withoutRecursion(stacks)))).toEqual([
      'all 12',
      ' m 12',
      '  walk 12',
      '   lock 7 (7)',
      '   next 5',
      '    read 5 (5)',
    ]);
  });
});

describe('a sandwich', () => {
  const stacks = stacksWritten('m;serve;lock;slow 6\nm;read;lock 3\nm;read 9\nx;walk;lock;walk;slow 1');
  const at = (name: string): number => stacks.functions.indexOf(name);

  it('has below a function what it calls', () => {
    expect(pictured(callTree(calleesOf(stacks, at('lock'))))).toEqual([
      'all 10',
      ' lock 10 (3)',
      '  slow 6 (6)',
      '  walk 1',
      '   slow 1 (1)',
    ]);
  });

  it('has above it who calls it, outwards', () => {
    expect(pictured(callTree(callersOf(stacks, at('lock')))).slice(0, 5)).toEqual([
      'all 10',
      ' lock 10',
      '  serve 6',
      '   m 6 (6)',
      '  read 3',
    ]);
  });

  it('counts a stack once, from the outermost call', () => {
    const [above, below] = [callersOf(stacks, at('walk')), calleesOf(stacks, at('walk'))];
    expect(pictured(callTree(above))).toEqual(['all 1', ' walk 1', '  x 1 (1)']);
    expect(pictured(callTree(below))).toEqual([
      'all 1',
      ' walk 1',
      '  lock 1',
      '   walk 1',
      '    slow 1 (1)',
    ]);
  });
});

describe('stacks of profiles', () => {
  const frame = (name: string) => ({ function: name, file: 'f.go', line: 1, pc: 0 });
  const profile = (names: readonly string[], delay: number) => ({
    frames: names.map(frame),
    stackStarts: Uint32Array.of(0, names.length),
    stackFrames: Uint32Array.from(names, (_, i) => i),
    values: [
      { type: 'contentions', unit: 'count', values: Float64Array.of(2) },
      { type: 'delay', unit: 'nanoseconds', values: Float64Array.of(delay) },
    ],
  });

  it('are those of all of them, with functions joined whatever their line, and those without a stack apart', () => {
    const profiles = [profile(['lock', 'main'], 5), profile(['read', 'main'], 3), profile([], 2)];
    const tree = callTree(stacksOfProfiles(profiles, { weight: 'delay', count: 'contentions' }));
    expect(pictured(tree)).toEqual([
      'all 10',
      ' main 8',
      '  lock 5 (5)',
      '  read 3 (3)',
      ' (no stack) 2 (2)',
    ]);
    expect(tree.counts[0]).toBe(6);
  });
});
