import { expect, it } from 'vitest';
import { topFunctions } from './top-functions.ts';
import { stacksWritten } from './weighted-stacks.ts';

it('counts a stack once for a function, however often it is in it, and what it takes itself at its leaf', () => {
  const stacks = stacksWritten('main;walk;walk;lock 5 2\nmain;walk 3 4\nmain 1 1');
  const { self, totals, counts } = topFunctions(stacks);
  const rows = stacks.functions.map((name, at) => `${name} ${self[at]!} ${totals[at]!} ${counts[at]!}`);
  expect(rows).toEqual(['main 1 9 7', 'walk 3 8 6', 'lock 5 5 2']);
});
