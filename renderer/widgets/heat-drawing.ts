/** Rows of cells over time, as a draw list. Cells of one colour are drawn together, neighbours as one. */
import type { Box, DrawCommand, DrawList, Ink } from '#common/timeline/draw-list.ts';
import { axisList } from './axis-drawing.ts';
import { linearScale, type Range, type Scale } from './chart-axis.ts';

export interface HeatPicture {
  readonly rows: readonly string[];
  /** When the first column begins, how long each is, and how many there are. */
  readonly start: number;
  readonly step: number;
  readonly columns: number;
  /** What is shown of them. */
  readonly range: Range;
  /** Undefined: nothing is known. */
  readonly ink: (row: number, column: number) => Ink | undefined;
  readonly width: number;
}

export interface HeatLayout {
  readonly left: number;
  readonly right: number;
  readonly rowHeight: number;
  /** Of the rows. */
  readonly bottom: number;
  readonly height: number;
  readonly along: Scale;
}

const gutter = 54;
const axisHeight = 20;
const tallest = 20;
const lowest = 3;
const mostRowsHeight = 240;
const roomForName = 12;

const heatInks: readonly Ink[] = ['heat-0', 'heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5', 'heat-6'];

/** A share from 0 to 1 as one of seven steps; the first is for none at all. */
export const heatInk = (share: number): Ink =>
  heatInks[Math.max(0, Math.min(6, Math.ceil(share * 6 - 1e-9)))]!;

export function heatLayout({ rows, range, width }: HeatPicture): HeatLayout {
  const right = Math.max(gutter + 1, width - 8);
  const room = Math.floor(mostRowsHeight / Math.max(1, rows.length));
  const rowHeight = Math.max(lowest, Math.min(tallest, room));
  const bottom = rowHeight * rows.length;
  const along = linearScale(range, gutter, right);
  return { left: gutter, right, rowHeight, bottom, height: bottom + axisHeight, along };
}

export function heatList(picture: HeatPicture, layout: HeatLayout): DrawList {
  return [
    ...cells(picture, layout),
    ...names(picture, layout),
    ...axisList('time', layout.along, layout.bottom),
  ];
}

/** The column at a place, within those that are shown. */
export function columnAt(
  { start, step, columns }: HeatPicture,
  { along, left, right }: HeatLayout,
  x: number,
): number {
  const time = along.value(Math.min(right - 0.01, Math.max(left, x)));
  return Math.max(0, Math.min(columns - 1, Math.floor((time - start) / step)));
}

export const rowAt = ({ rows }: HeatPicture, { rowHeight }: HeatLayout, y: number): number =>
  Math.max(0, Math.min(rows.length - 1, Math.floor(y / rowHeight)));

/** The time of some columns, as far as it is shown. */
export const timeOf = ({ start, step, range }: HeatPicture, first: number, last = first): Range => ({
  from: Math.max(range.from, start + first * step),
  until: Math.min(range.until, start + (last + 1) * step),
});

export function heatCursor(
  picture: HeatPicture,
  layout: HeatLayout,
  cell: { readonly row: number; readonly column: number } | undefined,
  chosen: Range | undefined,
): DrawList {
  const commands: DrawCommand[] = [];
  if (chosen && chosen.until > chosen.from) {
    const box = boxOf(layout, timeOf(picture, chosen.from, chosen.until), 0);
    commands.push({ kind: 'outline', ...box, h: layout.bottom, stroke: 'accent', width: 2 });
  }
  if (!cell) return commands;
  const { x, y, w, h } = boxOf(layout, timeOf(picture, cell.column), cell.row);
  const wide = Math.max(3, w);
  const halo: DrawCommand = { kind: 'outline', x, y, w: wide, h, stroke: 'bg-surface', width: 4 };
  return [...commands, halo, { kind: 'outline', x, y, w: wide, h, stroke: 'selection-ink', width: 2 }];
}

function boxOf({ along, rowHeight }: HeatLayout, { from, until }: Range, row: number): Box {
  const x = along.place(from);
  return { x, y: row * rowHeight, w: along.place(until) - x, h: rowHeight - (rowHeight > 6 ? 1 : 0) };
}

function cells(picture: HeatPicture, layout: HeatLayout): DrawCommand[] {
  const byInk = new Map<Ink, DrawCommand[]>();
  picture.rows.forEach((_, row) => {
    for (const { ink, first, last } of stretches(picture, row)) {
      const box = boxOf(layout, timeOf(picture, first, last), row);
      if (box.w <= 0) continue;
      const command: DrawCommand = { kind: 'rect', ...box, fill: ink };
      const alike = byInk.get(ink);
      if (alike) alike.push(command);
      else byInk.set(ink, [command]);
    }
  });
  return [...byInk.values()].flat();
}

interface Stretch {
  readonly ink: Ink;
  readonly first: number;
  readonly last: number;
}

function stretches({ columns, ink: inkOf }: HeatPicture, row: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let first = 0;
  for (let column = 1; column <= columns; column++) {
    const ink = inkOf(row, first);
    if (column < columns && inkOf(row, column) === ink) continue;
    if (ink) found.push({ ink, first, last: column - 1 });
    first = column;
  }
  return found;
}

/** Where rows are low, every second, third … is named. */
function names({ rows }: HeatPicture, { left, rowHeight }: HeatLayout): DrawCommand[] {
  const stride = Math.max(1, Math.ceil(roomForName / rowHeight));
  return rows.flatMap((text, row): DrawCommand[] => {
    if (row % stride !== 0) return [];
    const y = row * rowHeight + rowHeight / 2;
    return [{ kind: 'text', x: left - 6, y, text, fill: 'neutral-10', font: 'mono', align: 'end' }];
  });
}
