import { describe, expect, it } from 'vitest';
import { callTree } from './call-tree.ts';
import { frameHits, hasHit, isHit, nameTest, type FrameHits } from './frame-search.ts';
import { stacksWritten } from './weighted-stacks.ts';

const tree = callTree(stacksWritten('main;Handle;lock;handleSlow 5\nmain;read 3\nhandler 2'));

function hitsOf(query: string): FrameHits {
  const test = nameTest(query);
  if (test === undefined || test === 'not understood') throw new Error(`${query} finds nothing`);
  return frameHits(tree, test);
}

describe('searching frames', () => {
  it('minds no case, and counts a hit within a hit once', () => {
    expect(hitsOf('handle').weight).toBe(7);
    expect(hitsOf('HANDLES').weight).toBe(5);
  });

  it('takes a regular expression between slashes', () => {
    expect(hitsOf('/^handle$/').weight).toBe(5);
    expect(hitsOf('/e{3}/').weight).toBe(0);
    expect(nameTest('/(/')).toBe('not understood');
    expect(nameTest('')).toBeUndefined();
  });

  it('tells which nodes are hits, and whether one is among some', () => {
    const hits = hitsOf('lock');
    const names = Array.from({ length: tree.count }, (_, node) => tree.functions[tree.functionOf[node]!]);
    const lock = names.indexOf('lock');
    expect(names.filter((_, node) => isHit(hits, node))).toEqual(['lock']);
    expect(hasHit(hits, 0, lock)).toBe(false);
    expect(hasHit(hits, lock, lock + 1)).toBe(true);
  });

  it('does not find the root', () => {
    expect(hitsOf('a').before[1]).toBe(0);
  });
});
