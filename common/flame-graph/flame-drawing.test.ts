import { describe, expect, it } from 'vitest';
import type { DrawCommand, Measure } from '../timeline/draw-list.ts';
import { callTree, type CallTree } from './call-tree.ts';
import { flameCommands, flameRowHeight, rowAt, type FlameLook } from './flame-drawing.ts';
import { boxAt, boxOf, flameBoxes, nodeBeside, type FlameView } from './flame-layout.ts';
import { frameHits } from './frame-search.ts';
import { stacksWritten } from './weighted-stacks.ts';

/** 6 px a letter. */
const measure: Measure = (text) => text.length * 6;
const look = (tree: CallTree, some: Partial<FlameLook> = {}): FlameLook => ({
  grows: 'down',
  height: 10 * flameRowHeight,
  inkOf: () => 'frame-std',
  labelOf: (at) => tree.functions[at]!,
  figureOf: (node) => tree.totals[node]!.toString(),
  hits: undefined,
  selected: -1,
  ...some,
});
const view = (some: Partial<FlameView> = {}): FlameView => ({
  zoomed: 0,
  width: 1000,
  firstRow: 0,
  rows: 10,
  ...some,
});

/** A pixel for each of them. */
const shop = callTree(
  stacksWritten('main;http.serve;lock 500\nmain;http.serve;read 200\nmain;init 100\nother 200'),
);
const names = Array.from(
  { length: shop.count },
  (_, node) => shop.functions[shop.functionOf[node]!] ?? 'all',
);
const node = (name: string): number => names.indexOf(name);

/** `lock 0+500` for each box, by row. */
function boxesIn(tree: CallTree, some: Partial<FlameView> = {}): readonly (readonly string[])[] {
  const boxes = flameBoxes(tree, view(some));
  const rows: string[][] = [];
  for (let box = 0; box < boxes.count; box++) {
    const name = tree.functions[tree.functionOf[boxes.nodes[box]!]!] ?? 'all';
    const others = boxes.others[box]! > 0 ? ` and ${boxes.others[box]!}` : '';
    (rows[boxes.rows[box]!] ??= []).push(
      `${name}${others} ${Math.round(boxes.x[box]!)}+${Math.round(boxes.w[box]!)}`,
    );
  }
  return rows;
}

const drawn = (some: Partial<FlameLook> = {}, seen: Partial<FlameView> = {}): readonly DrawCommand[] =>
  flameCommands(shop, view(seen), flameBoxes(shop, view(seen)), look(shop, some), measure);

describe('the layout', () => {
  it('gives each node as much of the width as it is of the whole', () => {
    expect(boxesIn(shop)).toEqual([
      ['all 0+1000'],
      ['main 0+800', 'other 800+200'],
      ['http.serve 0+700', 'init 700+100'],
      ['lock 0+500', 'read 500+200'],
    ]);
  });

  it('makes a node as wide as the picture, and its callers with it', () => {
    expect(boxesIn(shop, { zoomed: node('http.serve') })).toEqual([
      ['all 0+1000'],
      ['main 0+1000'],
      ['http.serve 0+1000'],
      ['lock 0+714', 'read 714+286'],
    ]);
  });

  it('leaves out rows that are not in view', () => {
    const rows = boxesIn(shop, { firstRow: 1, rows: 2 });
    expect(rows).toEqual([undefined, ['main 0+800', 'other 800+200'], ['http.serve 0+700', 'init 700+100']]);
  });

  it('joins neighbours that are too narrow each, and leaves out what is nothing', () => {
    const narrow = Array.from({ length: 40 }, (_, i) => `main;f${i};g 1`).join('\n');
    const tree = callTree(stacksWritten(`main;big 9960\n${narrow}`));
    expect(boxesIn(tree)).toEqual([['all 0+1000'], ['main 0+1000'], ['big 0+996', 'f0 and 39 996+4']]);
    const faint = callTree(stacksWritten('main;big 9999\nmain;faint 1'));
    expect(boxesIn(faint)[2]).toEqual(['big 0+1000']);
  });

  it('joins only what has one caller', () => {
    const tree = callTree(stacksWritten('a;big 4994\na;narrow 6\nb;narrow 6\nb 4994'));
    expect(boxesIn(tree)[2]).toEqual(['big 0+499', 'narrow 499+1', 'narrow 500+1']);
  });

  it('is empty where nothing was measured', () => {
    expect(boxesIn(callTree(stacksWritten('main 0')))).toEqual([]);
  });
});

describe('the picture', () => {
  it('has a label where there is room, without package and figure where there is less', () => {
    const texts = (width: number): readonly string[] =>
      drawn({}, { width }).flatMap((command) => (command.kind === 'text' ? [command.text] : []));
    expect(texts(1000)).toContain('http.serve');
    expect(texts(1000)).toContain('700');
    expect(texts(100)).toContain('serve');
    expect(texts(100)).not.toContain('70');
    expect(texts(50)).toContain('all');
    expect(texts(50)).not.toContain('serve');
  });

  it('shows hits in their own colour, also where they are in joined boxes', () => {
    const tree = callTree(stacksWritten('main;big 9980\nmain;a;needle 5\nmain;b 5\nmain;c 5\nmain;d 5'));
    const hits = frameHits(tree, (name) => name === 'needle');
    const list = flameCommands(tree, view(), flameBoxes(tree, view()), look(tree, { hits }), measure);
    expect(list.filter((command) => command.kind === 'rect' && command.fill === 'search-hit')).toMatchObject([
      { x: 998, w: 2 },
    ]);
  });

  it('outlines what is selected', () => {
    expect(drawn({ selected: node('read') }).at(-1)).toMatchObject({ kind: 'outline', x: 501, w: 197 });
    expect(drawn({ selected: node('read') }, { zoomed: node('lock') }).at(-1)).toMatchObject({
      kind: 'text',
    });
  });

  it.each(['down', 'up'] as const)('is pointed at where it is drawn when it grows %s', (grows) => {
    const tree = callTree(stacksWritten('m;a;b 300\nm;a;c 200\nm;d 1\nm;e 1\nx;y;z;z 499'));
    for (const seen of [view(), view({ firstRow: 1, rows: 2 }), view({ zoomed: 2 })]) {
      const boxes = flameBoxes(tree, seen);
      const look1 = look(tree, { grows });
      const rects = flameCommands(tree, seen, boxes, look1, measure).filter(({ kind }) => kind === 'rect');
      expect(rects).toHaveLength(boxes.count);
      for (const [box, command] of rects.entries()) {
        if (command.kind !== 'rect') continue;
        const row = rowAt(command.y + command.h / 2, seen, look1);
        expect(boxAt(boxes, row, command.x + command.w / 2)).toBe(box);
      }
    }
  });
});

describe('pointing and stepping', () => {
  it('reaches slivers from beside', () => {
    const tree = callTree(stacksWritten('m;a 995\nm;b;c 5'));
    const boxes = flameBoxes(tree, view({ width: 400 }));
    const sliver = boxAt(boxes, 3, 396.5);
    expect(tree.functions[tree.functionOf[boxes.nodes[sliver]!]!]).toBe('c');
    expect(boxAt(boxes, 3, 200)).toBe(-1);
  });

  it('finds the box in which a node is drawn, also joined with others', () => {
    const tree = callTree(stacksWritten('m;a 9990\nm;b;bb 3\nm;c 3\nm;d 3'));
    const boxes = flameBoxes(tree, view());
    const at = (name: string): number =>
      boxOf(tree, boxes, tree.functionOf.indexOf(tree.functions.indexOf(name)));
    expect(boxes.nodes[at('a')]).toBe(2);
    expect(at('d')).toBe(at('b'));
    expect(at('bb')).toBe(-1);
  });

  it('goes to callers, callees and neighbours in the row', () => {
    expect(nodeBeside(shop, node('lock'), 'caller')).toBe(node('http.serve'));
    expect(nodeBeside(shop, node('main'), 'callee')).toBe(node('http.serve'));
    expect(nodeBeside(shop, node('lock'), 'callee')).toBe(node('lock'));
    expect(nodeBeside(shop, node('lock'), 'behind')).toBe(node('read'));
    expect(nodeBeside(shop, node('init'), 'before')).toBe(node('http.serve'));
    expect(nodeBeside(shop, node('other'), 'behind')).toBe(node('other'));
    expect(nodeBeside(shop, 0, 'caller')).toBe(0);
  });
});
