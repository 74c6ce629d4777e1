/** A call tree as rows that fold: what is open shows what is called from it. */
import type { CallTree } from '#common/flame-graph/call-tree.ts';

export interface CallRow {
  readonly node: number;
  /** 0 at the calls next to the function. */
  readonly indent: number;
  readonly folds: boolean;
  readonly open: boolean;
}

export interface CallRows {
  readonly rows: readonly CallRow[];
  /** Rows that are not listed because they are too many. */
  readonly left: number;
}

/** Calls that are a smaller part than this of all stay folded until they are opened. */
const smallestOpen = 0.01;

export const isOpenAtFirst = (tree: CallTree, node: number): boolean =>
  tree.totals[node]! >= tree.totals[0]! * smallestOpen;

/** The rows below `top`, which itself is none. */
export function callRows(
  tree: CallTree,
  top: number,
  isOpen: (node: number) => boolean,
  most: number,
): CallRows {
  const rows: CallRow[] = [];
  let left = 0;
  const end = top < tree.count ? tree.ends[top]! : 0;
  for (let node = top + 1; node < end;) {
    const folds = tree.ends[node]! > node + 1;
    const open = folds && isOpen(node);
    const indent = tree.depths[node]! - tree.depths[top]! - 1;
    if (rows.length < most) rows.push({ node, indent, folds, open });
    else left += 1;
    node = open ? node + 1 : tree.ends[node]!;
  }
  return { rows, left };
}
