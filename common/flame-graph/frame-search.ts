/** Which functions a text finds, and how much of a tree they are. */
import type { CallTree } from './call-tree.ts';

export type NameTest = (name: string) => boolean;

/** `append` finds it in names, whatever the case; `/^main\./` is a regular expression, too. */
export function nameTest(query: string): NameTest | 'not understood' | undefined {
  if (query === '') return undefined;
  const [, pattern] = /^\/(.+)\/$/.exec(query) ?? [];
  if (pattern === undefined) return containing(query);
  try {
    const expression = new RegExp(pattern, 'i');
    return (name) => expression.test(name);
  } catch {
    return 'not understood';
  }
}

function containing(text: string): NameTest {
  const lower = text.toLowerCase();
  return (name) => name.toLowerCase().includes(lower);
}

export interface FrameHits {
  /** By function 1 where it is found. */
  readonly functions: Uint8Array;
  /** How many nodes before each are hits; one more than there are nodes. Two of them tell of everything between. */
  readonly before: Uint32Array;
  /** What is in a hit; of hits within hits only the outermost counts. */
  readonly weight: number;
}

export function frameHits(tree: CallTree, test: NameTest): FrameHits {
  const functions = Uint8Array.from(tree.functions, (name) => (test(name) ? 1 : 0));
  const before = new Uint32Array(tree.count + 1);
  let weight = 0;
  let until = 0;
  for (let node = 0; node < tree.count; node++) {
    const isHit = node > 0 && functions[tree.functionOf[node]!] === 1;
    before[node + 1] = before[node]! + (isHit ? 1 : 0);
    if (!isHit || node < until) continue;
    weight += tree.totals[node]!;
    until = tree.ends[node]!;
  }
  return { functions, before, weight };
}

export const isHit = (hits: FrameHits, node: number): boolean => hits.before[node + 1]! > hits.before[node]!;

/** Whether a hit is among the nodes from `first` up to `end`. */
export const hasHit = (hits: FrameHits, first: number, end: number): boolean =>
  hits.before[end]! > hits.before[first]!;
