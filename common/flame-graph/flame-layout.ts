/**
 * Where the nodes of a tree stand: a row for each depth, the width as much of it as the node is of the whole. What is narrower than a
 * sliver is joined with its neighbours, so that there are never more boxes than pixels:
 *
 *     row 0  │ all                                │
 *     row 1  │ main                     │ init    │
 *     row 2  │ serve          │ read    │▒│              ▒ 17 calls, each too narrow
 */
import type { CallTree } from './call-tree.ts';

export interface FlameView {
  /** The node that is as wide as the picture, 0 for all. Its callers are drawn as wide above it. */
  readonly zoomed: number;
  readonly width: number;
  /** The rows in view. */
  readonly firstRow: number;
  readonly rows: number;
}

/** In columns, one for each box; `x` and `w` in CSS pixels. */
export interface FlameBoxes {
  readonly count: number;
  /** Of several joined ones the first. */
  readonly nodes: Uint32Array;
  /** How many nodes are joined with it. */
  readonly others: Uint32Array;
  /** The first node that is not in it; what is called from it counts as in it where several are joined. */
  readonly ends: Uint32Array;
  readonly rows: Uint16Array;
  readonly x: Float32Array;
  readonly w: Float32Array;
}

/** CSS pixels. Boxes narrower than this are joined; what is still narrower than `faintest` then is left out. */
export const narrowestBox = 1;
const faintest = 0.4;

export function flameBoxes(tree: CallTree, view: FlameView): FlameBoxes {
  const boxes = new BoxCollector();
  const { zoomed, width } = view;
  const whole = tree.totals[zoomed]!;
  if (!(whole > 0 && width > 0)) return boxes.finished();
  for (const caller of callersOf(tree, zoomed)) {
    const row = rowOf(tree, caller);
    if (row >= view.firstRow) boxes.add(caller, tree.ends[caller]!, row, 0, width);
  }
  below(tree, view, width / whole, boxes);
  return boxes.finished();
}

const rowOf = (tree: CallTree, node: number): number => tree.depths[node]!;

function callersOf(tree: CallTree, node: number): readonly number[] {
  const callers: number[] = [];
  for (let at = node; at !== 0;) callers.push((at = tree.parents[at]!));
  return callers.reverse();
}

function below(
  tree: CallTree,
  { zoomed, firstRow, rows }: FlameView,
  scale: number,
  boxes: BoxCollector,
): void {
  const lastRow = firstRow + rows - 1;
  const slivers = new Slivers(boxes);
  /** By row where the next box begins. */
  const at: number[] = [];
  at[tree.depths[zoomed]!] = 0;
  for (let node = zoomed; node < tree.ends[zoomed]!;) {
    const row = rowOf(tree, node);
    const x = at[row]!;
    const w = tree.totals[node]! * scale;
    at[row] = x + w;
    at[row + 1] = x;
    const end = tree.ends[node]!;
    if (w < narrowestBox) slivers.add(row, node, end, x, w);
    else if (row >= firstRow) boxes.add(node, end, row, x, w);
    node = w < narrowestBox || row >= lastRow ? end : node + 1;
  }
  slivers.flush(firstRow);
}

interface Sliver {
  readonly node: number;
  readonly x: number;
  end: number;
  until: number;
  others: number;
}

/** Neighbours that are too narrow to be drawn each. */
class Slivers {
  readonly #open: (Sliver | undefined)[] = [];
  readonly #done: [row: number, sliver: Sliver][] = [];
  readonly #boxes: BoxCollector;

  constructor(boxes: BoxCollector) {
    this.#boxes = boxes;
  }

  add(row: number, node: number, end: number, x: number, w: number): void {
    const open = this.#open[row];
    // Only siblings are joined: of others the nodes between belong to wider boxes.
    if (open?.end === node && Math.abs(open.until - x) < 0.01) {
      open.end = end;
      open.until = x + w;
      open.others += 1;
      return;
    }
    if (open) this.#done.push([row, open]);
    this.#open[row] = { node, x, end, until: x + w, others: 0 };
  }

  flush(firstRow: number): void {
    for (const [row, sliver] of this.#open.entries()) if (sliver) this.#done.push([row, sliver]);
    for (const [row, { node, x, end, until, others }] of this.#done) {
      if (row >= firstRow && until - x >= faintest) this.#boxes.add(node, end, row, x, until - x, others);
    }
  }
}

class BoxCollector {
  readonly #nodes: number[] = [];
  readonly #others: number[] = [];
  readonly #ends: number[] = [];
  readonly #rows: number[] = [];
  readonly #x: number[] = [];
  readonly #w: number[] = [];

  add(node: number, end: number, row: number, x: number, w: number, others = 0): void {
    this.#nodes.push(node);
    this.#others.push(others);
    this.#ends.push(end);
    this.#rows.push(row);
    this.#x.push(x);
    this.#w.push(w);
  }

  finished(): FlameBoxes {
    return {
      count: this.#nodes.length,
      nodes: Uint32Array.from(this.#nodes),
      others: Uint32Array.from(this.#others),
      ends: Uint32Array.from(this.#ends),
      rows: Uint16Array.from(this.#rows),
      x: Float32Array.from(this.#x),
      w: Float32Array.from(this.#w),
    };
  }
}

/** How far beside a box the pointer still reaches it, in pixels: slivers must be reachable. */
const reach = 2;

/** The box at a place, or within reach of it; −1: none. */
export function boxAt(boxes: FlameBoxes, row: number, x: number): number {
  let nearest = -1;
  let distance = reach;
  for (let box = 0; box < boxes.count; box++) {
    if (boxes.rows[box] !== row) continue;
    const [from, until] = [boxes.x[box]!, boxes.x[box]! + boxes.w[box]!];
    if (x >= from && x < until) return box;
    const beside = Math.max(from - x, x - until);
    if (beside < distance) [nearest, distance] = [box, beside];
  }
  return nearest;
}

/** The box in which a node is drawn, by itself or joined; −1: none. */
export function boxOf(tree: CallTree, boxes: FlameBoxes, node: number): number {
  const row = rowOf(tree, node);
  for (let box = 0; box < boxes.count; box++) {
    const first = boxes.nodes[box]!;
    if (boxes.rows[box] !== row || node < first) continue;
    if (node === first || (boxes.others[box]! > 0 && node < boxes.ends[box]!)) return box;
  }
  return -1;
}

export type Step = 'caller' | 'callee' | 'before' | 'behind';

/** Where an arrow leads: to the caller, the heaviest callee (the first), or the next in the same row; where there is none, nowhere. */
export function nodeBeside(tree: CallTree, node: number, step: Step): number {
  if (step === 'caller') return tree.parents[node]!;
  if (step === 'callee') return node + 1 < tree.ends[node]! ? node + 1 : node;
  const by = step === 'before' ? -1 : 1;
  for (let other = node + by; other > 0 && other < tree.count; other += by)
    if (tree.depths[other] === tree.depths[node]) return other;
  return node;
}
