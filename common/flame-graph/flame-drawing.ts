/** A laid-out flame graph as a picture: rows from the top down, or from the floor up. */
import type { DrawCommand, DrawList, Ink, Measure } from '../timeline/draw-list.ts';
import { frameLabel } from '../timeline/stack-drawing.ts';
import type { CallTree } from './call-tree.ts';
import { boxOf, type FlameBoxes, type FlameView } from './flame-layout.ts';
import { hasHit, isHit, type FrameHits } from './frame-search.ts';

/** A pixel of it is the gap to the next. */
export const flameRowHeight = 22;
const boxHeight = flameRowHeight - 1;
const labelAir = 6;
const narrowestLabel = 30;
/** Figures are written where the label leaves so much more than they need. */
const figureAir = 18;
const radius = 2;

export interface FlameLook {
  /** `down`: callers above what they call. */
  readonly grows: 'down' | 'up';
  /** CSS pixels; only what grows up needs it. */
  readonly height: number;
  readonly inkOf: (functionIndex: number) => Ink;
  readonly labelOf: (functionIndex: number) => string;
  /** Of the letters, where it is not that of text. */
  readonly labelInkOf?: (functionIndex: number) => Ink;
  /** Written at the right of a box, such as its share. */
  readonly figureOf: (node: number) => string;
  readonly hits: FrameHits | undefined;
  /** A node; −1: none. */
  readonly selected: number;
}

/** The upper edge of a row. */
export const rowTop = (
  row: number,
  { firstRow }: FlameView,
  { grows, height }: Pick<FlameLook, 'grows' | 'height'>,
): number =>
  grows === 'down' ? (row - firstRow) * flameRowHeight : height - (row - firstRow + 1) * flameRowHeight;

/** The row at a place. */
export const rowAt = (
  y: number,
  { firstRow }: FlameView,
  { grows, height }: Pick<FlameLook, 'grows' | 'height'>,
): number => firstRow + Math.floor((grows === 'down' ? y : height - y) / flameRowHeight);

export function flameCommands(
  tree: CallTree,
  view: FlameView,
  boxes: FlameBoxes,
  look: FlameLook,
  measure: Measure,
): DrawList {
  const bodies: DrawCommand[] = [];
  const labels: DrawCommand[] = [];
  for (let box = 0; box < boxes.count; box++) {
    const y = rowTop(boxes.rows[box]!, view, look);
    bodies.push(body(tree, view, boxes, box, y, look));
    labels.push(...label(tree, boxes, box, y, look, measure));
  }
  return [...bodies, ...labels, ...selection(tree, boxes, view, look)];
}

function body(
  tree: CallTree,
  view: FlameView,
  boxes: FlameBoxes,
  box: number,
  y: number,
  look: FlameLook,
): DrawCommand {
  const node = boxes.nodes[box]!;
  const x = boxes.x[box]!;
  const found = isFound(boxes, box, look);
  const w = Math.max(found ? 2 : 1, boxes.w[box]! - (boxes.w[box]! > 3 ? 1 : 0));
  const fill = found ? 'search-hit' : inkOf(tree, boxes, box, look);
  return {
    kind: 'rect',
    ...{ x, y, w, h: boxHeight, fill },
    ...(w > 8 ? { radius } : {}),
    ...(tree.depths[node]! < tree.depths[view.zoomed]! ? { alpha: 0.6 } : {}),
  };
}

function inkOf(tree: CallTree, boxes: FlameBoxes, box: number, look: FlameLook): Ink {
  const at = tree.functionOf[boxes.nodes[box]!]!;
  return at < 0 ? 'neutral-5' : boxes.others[box]! > 0 ? 'neutral-6' : look.inkOf(at);
}

/** Joined boxes are found with what is called from them, since none of that is drawn. */
function isFound(boxes: FlameBoxes, box: number, { hits }: FlameLook): boolean {
  if (!hits) return false;
  const node = boxes.nodes[box]!;
  return boxes.others[box]! > 0 ? hasHit(hits, node, boxes.ends[box]!) : isHit(hits, node);
}

function label(
  tree: CallTree,
  boxes: FlameBoxes,
  box: number,
  y: number,
  look: FlameLook,
  measure: Measure,
): readonly DrawCommand[] {
  const w = boxes.w[box]!;
  if (w < narrowestLabel || boxes.others[box]! > 0) return [];
  const node = boxes.nodes[box]!;
  const at = tree.functionOf[node]!;
  const room = w - 2 * labelAir;
  const text = flameLabel(at < 0 ? 'all' : look.labelOf(at), room, measure);
  if (text === '') return [];
  const plain = (at >= 0 && look.labelInkOf?.(at)) || 'neutral-12';
  const fill: Ink = isFound(boxes, box, look) ? 'search-hit-on' : plain;
  const figure = look.figureOf(node);
  const middle = { y: y + boxHeight / 2 + 0.5, fill, font: 'mono' } as const;
  const name: DrawCommand = { kind: 'text', x: boxes.x[box]! + labelAir, text, ...middle };
  if (measure(text, 'mono') + figureAir + measure(figure, 'mono') > room) return [name];
  const end = boxes.x[box]! + w - labelAir;
  return [name, { kind: 'text', x: end, text: figure, ...middle, align: 'end' }];
}

/** The whole name, else without its package, else without its receiver, else cut, from five letters on. */
export const flameLabel = (name: string, room: number, measure: Measure): string =>
  measure(name, 'mono') <= room ? name : frameLabel(name, room, measure);

/** Ink, so that it never reads as a function's colour. */
function selection(
  tree: CallTree,
  boxes: FlameBoxes,
  view: FlameView,
  look: FlameLook,
): readonly DrawCommand[] {
  const box = look.selected < 0 ? -1 : boxOf(tree, boxes, look.selected);
  if (box < 0) return [];
  const edge = { y: rowTop(boxes.rows[box]!, view, look) + 1, h: boxHeight - 2 };
  const x = boxes.x[box]! + 1;
  const w = Math.max(2, boxes.w[box]! - 3);
  return [{ kind: 'outline', x, w, ...edge, stroke: 'selection-ink', width: 2 }];
}
