import { describe, expect, test } from 'vitest';
import { byteMutations } from './byte-mutations.ts';
import { mutant, origins, type Origin } from './mutant.ts';
import { Random } from './random.ts';
import { encodeTree, parseTree } from './trace-tree.ts';
import { treeMutations } from './tree-mutations.ts';

const all = origins();

test('a mutant follows from its seed and number alone', () => {
  expect(mutant(all, 3, 17)).toEqual(mutant(origins(), 3, 17));
  expect(mutant(all, 3, 17).story).not.toBe(mutant(all, 4, 17).story);
});

test('mutants differ from each other', () => {
  const stories = new Set(Array.from({ length: 500 }, (_, index) => mutant(all, 1, index).data.join()));
  expect(stories.size).toBeGreaterThan(450);
});

test('choices are spread evenly', () => {
  const random = new Random(1, 2);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[random.below(10)]!++;
  for (const count of counts) expect(count).toBeGreaterThan(850);
});

const isMinimal = (name: string): boolean => name.endsWith('.txt');
/** It has no batches to be taken apart into. */
const isOld = (name: string): boolean => name.includes('go1.21');

describe('a trace taken apart and put together is the same trace', () => {
  test.each(all.filter(({ name }) => isMinimal(name)))('$name', ({ data, tree }) => {
    expect(encodeTree(tree)).toEqual(Buffer.from(data));
  });

  // The runtime writes the length of a batch with ten bytes, so the file gets shorter.
  test.each(all.filter(({ name }) => !isMinimal(name) && !isOld(name)))('$name', ({ data, tree }) => {
    const again = encodeTree(tree);
    expect(again.length).toBeLessThan(data.length);
    expect(encodeTree(parseTree(again))).toEqual(again);
  });
});

describe('each mutation changes a trace sooner or later', () => {
  const [{ data, tree }, other] = all.filter(({ name }) => !isOld(name)) as [Origin, Origin];
  const tries = Array.from({ length: 20 }, (_, index) => index);
  test.each(Object.entries(byteMutations))('%s', (_, mutation) => {
    const changed = tries.map((index) => mutation(data, new Random(5, index), other.data));
    expect(changed.some((one) => Buffer.compare(one, data) !== 0)).toBe(true);
  });
  test.each(Object.entries(treeMutations))('%s', (_, mutation) => {
    const changed = tries.map((index) => encodeTree(mutation(tree, new Random(5, index), other.tree)));
    expect(changed.some((one) => Buffer.compare(one, encodeTree(tree)) !== 0)).toBe(true);
  });
});
