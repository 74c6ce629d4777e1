/**
 * Which rows of a long list are in view. Browsers cap an element's height (33 million px in Chromium), so a list that is taller
 * than `tallest` gets a shorter scroll area, and the scroll position stands for a place in the list:
 *
 *     scroll area, px   0 ├────────▒────────┤ scrollHeight      ▒ one screen
 *     list, px          0 ├───────────────────────▒───────────────────────┤ rowCount * rowHeight
 */
export const tallest = 8_000_000;

export interface ScrollSpace {
  /** How tall the whole list is. */
  readonly listHeight: number;
  /** How tall the scrolled element is made. */
  readonly areaHeight: number;
  readonly viewHeight: number;
  /** Pixels of the list for a pixel of the scroll position; 1 for lists that fit. */
  readonly ratio: number;
}

export function scrollSpace(rowCount: number, rowHeight: number, viewHeight: number): ScrollSpace {
  const listHeight = rowCount * rowHeight;
  const areaHeight = Math.min(listHeight, tallest);
  const hidden = Math.max(0, listHeight - viewHeight);
  const scrollable = Math.max(0, areaHeight - viewHeight);
  return { listHeight, areaHeight, viewHeight, ratio: scrollable > 0 ? hidden / scrollable : 1 };
}

/** The place in the list, in its own pixels, for a scroll position. */
export const listTop = (space: ScrollSpace, scrollTop: number): number =>
  Math.min(Math.max(0, scrollTop * space.ratio), Math.max(0, space.listHeight - space.viewHeight));

export const scrollTopOf = (space: ScrollSpace, top: number): number => top / space.ratio;

export interface RowRange {
  readonly first: number;
  /** After the last. */
  readonly end: number;
}

/** The rows that show at `top`, and `overscan` more on both sides. */
export function visibleRows(
  space: ScrollSpace,
  top: number,
  rowHeight: number,
  rowCount: number,
  overscan: number,
): RowRange {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const end = Math.min(rowCount, Math.ceil((top + space.viewHeight) / rowHeight) + overscan);
  return { first: Math.min(first, end), end };
}

/** Moved as little as needed to show a row whole. */
export function topShowing(space: ScrollSpace, top: number, row: number, rowHeight: number): number {
  const rowTop = row * rowHeight;
  if (rowTop < top) return rowTop;
  return Math.max(top, rowTop + rowHeight - space.viewHeight);
}
