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
  /** Rows before it are never shown. */
  readonly #topRow: () => number;

  constructor(tree: () => CallTree, zoomed: () => number, topRow: () => number) {
    this.#tree = tree;
    this.#zoomed = zoomed;
    this.#topRow = topRow;
  }

  readonly rows = $derived(Math.max(1, Math.floor(this.height / flameRowHeight)));
  readonly mostRows = $derived.by(() => this.#tree().deepest + 1 - this.#topRow());
  readonly firstRow = $derived.by(() => this.#topRow() + this.#inside(this.#firstRow));
  /** Rows that are scrolled away before those in view. */
  readonly scrolled = $derived.by(() => this.firstRow - this.#topRow());
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
    this.#firstRow = this.#inside(this.scrolled + rows);
    return this.mostRows > this.rows;
  }

  #inside(row: number): number {
    return Math.max(0, Math.min(row, this.mostRows - this.rows));
  }

  /** Moved as little as needed to show a row whole. */
  reveal(row: number): void {
    const at = row - this.#topRow();
    if (at < this.scrolled) this.#firstRow = at;
    else if (at >= this.scrolled + this.rows) this.#firstRow = at - this.rows + 1;
  }

  /** A node that is zoomed into stands near the root's side, with what it calls behind it. */
  follow(zoomed: number): void {
    const row = (this.#tree().depths[zoomed] ?? 0) - this.#topRow();
    this.#firstRow = row <= this.rows / 2 ? 0 : row - callersKept;
  }
}
