import { flameCommands, flameRowHeight } from '#common/flame-graph/flame-drawing.ts';
import { flameBoxes } from '#common/flame-graph/flame-layout.ts';
import type { Measure } from '#common/timeline/draw-list.ts';
import type { Drawing } from '../../widgets/save-chart.ts';
import type { FlameState } from './flame-state.svelte.ts';
import { figureOf, inkOf, labelInkOf, nameOf } from './function-words.ts';

const width = 1400;
/** JetBrains Mono at 10.5 px: every letter is 0.6 em wide. */
const measure: Measure = (text) => text.length * 6.3;

/** The graph with all of its rows, as it is saved. */
export function wholePicture({ tree, zoomed, hits }: FlameState): Drawing {
  const view = { zoomed, width, firstRow: 0, rows: tree.deepest + 1 };
  const height = view.rows * flameRowHeight;
  const look = {
    ...{ grows: 'down' as const, height, hits, selected: -1 },
    inkOf: (at: number) => inkOf(tree.functions[at]!),
    labelOf: (at: number) => nameOf(tree.functions[at]),
    labelInkOf: (at: number) => labelInkOf(tree.functions[at]!),
    figureOf: (node: number) => figureOf(tree, node),
  };
  return { list: flameCommands(tree, view, flameBoxes(tree, view), look, measure), width, height };
}
