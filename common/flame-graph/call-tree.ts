/**
 * Stacks joined into a tree, in columns. Nodes stand in the order in which they are drawn, what is called directly behind its caller:
 *
 *     node        0 all   1 main   2 serve   3 lock   4 read   5 init
 *     depths      0       1        2         3        3        1
 *     ends        6       5        5         4        5        6          the first node that is not below it
 */
import type { WeightedStacks } from './weighted-stacks.ts';

export interface CallTree {
  readonly functions: readonly string[];
  /** Of nodes; node 0, the root, is all of it. */
  readonly count: number;
  /** A place in `functions`; −1 at the root. */
  readonly functionOf: Int32Array;
  /** The root's is itself. */
  readonly parents: Uint32Array;
  readonly ends: Uint32Array;
  readonly depths: Uint16Array;
  /** The greatest of the depths. */
  readonly deepest: number;
  readonly totals: Float64Array;
  /** What is in no node below. */
  readonly selfs: Float64Array;
  readonly counts: Float64Array;
}

/** `heaviest`: of the functions that one calls, the heaviest first, each once. `time`: as they came, only neighbours joined. */
export type CallOrder = 'heaviest' | 'time';

/** Nodes in the order in which they turned up. */
interface Sprouts {
  readonly functionOf: number[];
  readonly parents: number[];
  readonly totals: number[];
  readonly selfs: number[];
  readonly counts: number[];
}

export function callTree(stacks: WeightedStacks, order: CallOrder = 'heaviest'): CallTree {
  const sprouts = joined(stacks, order);
  return inDrawingOrder(stacks.functions, sprouts, childLists(stacks.functions, sprouts, order));
}

function joined(stacks: WeightedStacks, order: CallOrder): Sprouts {
  const sprouts: Sprouts = { functionOf: [-1], parents: [0], totals: [0], selfs: [0], counts: [0] };
  const children = order === 'heaviest' ? new AllChildren(stacks.functions.length) : new LastChildren();
  for (let stack = 0; stack < stacks.weights.length; stack++) {
    const weight = stacks.weights[stack]!;
    const count = stacks.counts[stack]!;
    let node = 0;
    addTo(sprouts, node, weight, count);
    for (let at = stacks.starts[stack]!; at < stacks.starts[stack + 1]!; at++) {
      node = childOf(sprouts, children, node, stacks.frames[at]!);
      addTo(sprouts, node, weight, count);
    }
    sprouts.selfs[node]! += weight;
  }
  return sprouts;
}

function addTo({ totals, counts }: Sprouts, node: number, weight: number, count: number): void {
  totals[node]! += weight;
  counts[node]! += count;
}

interface Children {
  of(parent: number, frame: number): number | undefined;
  add(parent: number, frame: number, node: number): void;
}

function childOf(sprouts: Sprouts, children: Children, parent: number, frame: number): number {
  const known = children.of(parent, frame);
  if (known !== undefined) return known;
  const node = sprouts.functionOf.push(frame) - 1;
  sprouts.parents.push(parent);
  sprouts.totals.push(0);
  sprouts.selfs.push(0);
  sprouts.counts.push(0);
  children.add(parent, frame, node);
  return node;
}

class AllChildren implements Children {
  readonly #nodes = new Map<number, number>();
  readonly #functions: number;

  constructor(functions: number) {
    this.#functions = functions;
  }

  of(parent: number, frame: number): number | undefined {
    return this.#nodes.get(parent * this.#functions + frame);
  }

  add(parent: number, frame: number, node: number): void {
    this.#nodes.set(parent * this.#functions + frame, node);
  }
}

/** Only what was called last can go on. */
class LastChildren implements Children {
  readonly #frames: number[] = [];
  readonly #nodes: number[] = [];

  of(parent: number, frame: number): number | undefined {
    return this.#frames[parent] === frame ? this.#nodes[parent] : undefined;
  }

  add(parent: number, frame: number, node: number): void {
    this.#frames[parent] = frame;
    this.#nodes[parent] = node;
  }
}

/** By node its first child, and its next sibling; 0: none. */
interface ChildLists {
  readonly first: Uint32Array;
  readonly next: Uint32Array;
}

function childLists(functions: readonly string[], sprouts: Sprouts, order: CallOrder): ChildLists {
  const { functionOf, parents, totals } = sprouts;
  const nodes = Uint32Array.from({ length: parents.length - 1 }, (_, i) => i + 1);
  const nameOf = (node: number): string => functions[functionOf[node]!]!;
  // In either order a node that is listed later stands before: lists grow at their heads.
  if (order === 'time') nodes.reverse();
  else nodes.sort((a, b) => totals[a]! - totals[b]! || (nameOf(a) < nameOf(b) ? 1 : -1));
  const first = new Uint32Array(parents.length);
  const next = new Uint32Array(parents.length);
  for (const node of nodes) {
    const parent = parents[node]!;
    next[node] = first[parent]!;
    first[parent] = node;
  }
  return { first, next };
}

function inDrawingOrder(
  functions: readonly string[],
  sprouts: Sprouts,
  { first, next }: ChildLists,
): CallTree {
  const count = sprouts.parents.length;
  const tree = {
    functions,
    count,
    functionOf: new Int32Array(count),
    parents: new Uint32Array(count),
    ends: new Uint32Array(count).fill(count),
    depths: new Uint16Array(count),
    totals: new Float64Array(count),
    selfs: new Float64Array(count),
    counts: new Float64Array(count),
  };
  // The way from the root to where we are, as sprouts and as nodes of the tree.
  const path: { readonly sprout: number; readonly node: number }[] = [];
  let deepest = 0;
  let sprout = 0;
  for (let node = 0; node < count; node++) {
    tree.functionOf[node] = sprouts.functionOf[sprout]!;
    tree.parents[node] = path.at(-1)?.node ?? 0;
    tree.depths[node] = path.length;
    tree.totals[node] = sprouts.totals[sprout]!;
    tree.selfs[node] = sprouts.selfs[sprout]!;
    tree.counts[node] = sprouts.counts[sprout]!;
    deepest = Math.max(deepest, path.length);
    path.push({ sprout, node });
    sprout = first[sprout]!;
    while (sprout === 0 && path.length > 0) {
      const left = path.pop()!;
      tree.ends[left.node] = node + 1;
      sprout = next[left.sprout]!;
    }
  }
  return { ...tree, deepest };
}

/** From below the root to a node, as places in `functions`. */
export function pathTo(tree: CallTree, node: number): readonly number[] {
  const path: number[] = [];
  for (let at = node; at !== 0; at = tree.parents[at]!) path.push(tree.functionOf[at]!);
  return path.reverse();
}

/**
 * By node a number for the functions on the way to it: the same for the same way, however the tree is sorted and whatever else is in
 * it, so that an address can name a node. Below 2⁵³; two ways share one in a tree of a million nodes with a chance of one in 10⁴.
 */
export function pathKeys(tree: CallTree): Float64Array {
  const hashes = tree.functions.map(textHash);
  const keys = new Float64Array(tree.count);
  const high = new Int32Array(tree.count);
  const low = new Int32Array(tree.count);
  for (let node = 1; node < tree.count; node++) {
    const parent = tree.parents[node]!;
    const hash = hashes[tree.functionOf[node]!]!;
    high[node] = Math.imul(high[parent]! ^ hash, 0x9e3779b1) ^ (hash >>> 7);
    low[node] = Math.imul(low[parent]! + hash, 0x85ebca77) ^ (low[parent]! >>> 13) ^ hash;
    keys[node] = (high[node]! & 0x1fffff) * 2 ** 32 + (low[node]! >>> 0);
  }
  return keys;
}

/** FNV-1a. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The node to which a way with such a key leads; 0: none does. */
export const nodeWithKey = (tree: CallTree, key: number): number =>
  Math.max(0, pathKeys(tree).indexOf(key, 1));
