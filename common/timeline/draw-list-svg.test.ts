import { describe, expect, it } from 'vitest';
import { stateClasses } from '../goroutine-state.ts';
import type { DrawCommand, DrawList } from './draw-list.ts';
import { drawListSvg, svgParts } from './draw-list-svg.ts';

const look = { colour: (ink: string) => `#${ink}`, font: (face: string) => face };
const page = { ...look, width: 40, height: 20, title: 'a.trace', ground: 'bg-surface' } as const;
const paths = (list: DrawList) => svgParts(list, look).map(({ attributes }) => attributes['d']);
const rect = (x: number, more: object = {}): DrawCommand => ({
  kind: 'rect',
  x,
  y: 2,
  w: 4,
  h: 8,
  fill: 'accent',
  ...more,
});

describe('a draw list as SVG', () => {
  it('is a file with a title and the ground behind everything', () => {
    expect(drawListSvg([rect(0)], page).split('\n')).toEqual([
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">',
      '<title>a.trace</title>',
      '<path d="M0 0h40v20h-40z" fill="#bg-surface"/>',
      '<path d="M0 2h4v8h-4z" fill="#accent"/>',
      '</svg>',
      '',
    ]);
  });

  it('draws neighbours of one look as one path, unless they would be seen through each other', () => {
    expect(paths([rect(0), rect(5), rect(10, { fill: 'task' }), rect(15, { alpha: 0.5 }), rect(20)])).toEqual(
      ['M0 2h4v8h-4zM5 2h4v8h-4z', 'M10 2h4v8h-4z', 'M15 2h4v8h-4z', 'M20 2h4v8h-4z'],
    );
    const half = { alpha: 0.5 };
    expect(paths([rect(0, half), rect(4, half), rect(7, half)])).toEqual([
      'M0 2h4v8h-4zM4 2h4v8h-4z',
      'M7 2h4v8h-4z',
    ]);
    expect(svgParts([rect(15, { alpha: 0.5 })], look)[0]?.attributes['fill-opacity']).toBe(0.5);
  });

  it('rounds corners, but no more than a box is wide', () => {
    expect(paths([rect(0, { radius: 9 })])).toEqual([
      'M2 2h0a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h0a2 2 0 0 1 -2 -2v-4a2 2 0 0 1 2 -2z',
    ]);
  });

  it('strokes lines, curves and boxes, dashed where they are', () => {
    const points = [
      [0, 1],
      [2.004, 3],
      [4, 5],
      [6, 7],
    ] as const;
    const [line, curve, box] = svgParts(
      [
        { kind: 'line', points, stroke: 'task', width: 1.5, dash: [3, 2] },
        { kind: 'curve', points, stroke: 'task', width: 1 },
        { kind: 'outline', x: 1, y: 1, w: 3, h: 3, stroke: 'task', width: 2 },
      ],
      look,
    );
    expect(line?.attributes).toMatchObject({
      d: 'M0 1L2 3 4 5 6 7',
      fill: 'none',
      'stroke-dasharray': '3 2',
    });
    expect(curve?.attributes['d']).toBe('M0 1C2 3 4 5 6 7');
    expect(box?.attributes).toMatchObject({ d: 'M1 1h3v3h-3z', stroke: '#task', 'stroke-width': 2 });
  });

  it('closes polygons', () => {
    const points = [
      [0, 0],
      [4, 0],
      [4, 4],
    ] as const;
    expect(paths([{ kind: 'polygon', points, fill: 'task', alpha: 1 }])).toEqual(['M0 0L4 0 4 4z']);
  });

  it('cannot be broken by what a trace names its functions', () => {
    const text = 'f[<"&\u0000\ud800\u202e>]';
    const svg = drawListSvg([{ kind: 'text', x: 1, y: 9, text, fill: 'task', font: 'mono' }], {
      ...page,
      title: '</title>',
    });
    expect(svg).toContain('>f[&lt;&quot;&amp; \ufffd &gt;]</text>');
    expect(svg).toContain('<title>&lt;/title&gt;</title>');
  });

  it('says where a text is anchored', () => {
    const [end] = svgParts(
      [{ kind: 'text', x: 1, y: 9, text: 'a', fill: 'task', font: 'ui', align: 'end' }],
      look,
    );
    expect(end).toMatchObject({ tag: 'text', text: 'a', attributes: { 'text-anchor': 'end', dy: '0.35em' } });
  });

  it('carries each pattern once', () => {
    const pattern = {
      kind: 'pattern',
      x: 0,
      y: 0,
      w: 9,
      h: 9,
      fill: 'state-runnable',
      pattern: 'diagonal',
    } as const;
    const svg = drawListSvg([pattern, pattern], page);
    expect(svg.match(/<pattern id="diagonal-state-runnable"/g)).toHaveLength(1);
    expect(svg.match(/url\(#diagonal-state-runnable\)/g)).toHaveLength(2);
  });

  it('draws columns of shares with few paths: tints first, edges upon them', () => {
    const shares = new Float32Array(30 * stateClasses.length);
    for (let column = 0; column < 30; column++) shares[column * stateClasses.length] = 0.5;
    const network = stateClasses.indexOf('network');
    for (let column = 0; column < 30; column++) shares[column * stateClasses.length + network] = 0.5;
    const parts = svgParts([{ kind: 'columns', x: 0, y: 0, w: 30, h: 20, shares }], look);
    const solid = parts.filter(({ attributes }) => attributes['fill-opacity'] === undefined);
    expect(solid.map(({ attributes }) => attributes['fill'])).toEqual(['#state-network', '#state-running']);
    expect(parts.findLastIndex(({ attributes }) => attributes['fill-opacity'] !== undefined)).toBe(0);
  });
});
