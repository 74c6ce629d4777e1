import type { CallTree } from '#common/flame-graph/call-tree.ts';
import { flameRowHeight } from '#common/flame-graph/flame-drawing.ts';
import { flameBoxes, type FlameBoxes, type FlameView } from '#common/flame-graph/flame-layout.ts';

/** Callers that stay in view above a node that is zoomed into. */
const callersKept = 2;

/** Which part of a tree is in view, and how it is laid out. */
export class FlameScreen {
  width = $state(0);
  height = $state(0);
  #firstRow = $state(0);
  /** Parts of a row that the wheel turned. */
  #turned = 0;
  readonly #tree: () => CallTree;
  readonly #zoomed: () => number;

  constructor(tree: () => CallTree, zoomed: () => number) {
    this.#tree = tree;
    this.#zoomed = zoomed;
  }

  readonly rows = $derived(Math.max(1, Math.floor(this.height / flameRowHeight)));
  readonly mostRows = $derived.by(() => this.#tree().deepest + 1);
  readonly firstRow = $derived(Math.max(0, Math.min(this.#firstRow, this.mostRows - this.rows)));
  readonly view = $derived.by((): FlameView => ({
    zoomed: this.#zoomed(),
    width: this.width,
    firstRow: this.firstRow,
    // One more, of which a part may be seen.
    rows: this.rows + 1,
  }));
  readonly boxes: FlameBoxes = $derived.by(() => flameBoxes(this.#tree(), this.view));

  /** `pixels` towards deeper calls. Tells whether there was anything to scroll to. */
  scroll(pixels: number): boolean {
    this.#turned += pixels / flameRowHeight;
    const rows = Math.trunc(this.#turned);
    this.#turned -= rows;
    const before = this.firstRow;
    this.#firstRow = Math.max(0, Math.min(before + rows, this.mostRows - this.rows));
    return this.mostRows > this.rows;
  }

  /** Moved as little as needed to show a row whole. */
  reveal(row: number): void {
    if (row < this.firstRow) this.#firstRow = row;
    else if (row >= this.firstRow + this.rows) this.#firstRow = row - this.rows + 1;
  }

  /** A node that is zoomed into stands near the root's side, with what it calls behind it. */
  follow(zoomed: number): void {
    const row = this.#tree().depths[zoomed] ?? 0;
    this.#firstRow = row <= this.rows / 2 ? 0 : row - callersKept;
  }
}
