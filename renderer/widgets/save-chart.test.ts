import { expect, it } from 'vitest';
import { Inks } from '../timeline/inks.ts';
import { chartFileName, svgText, titled } from './save-chart.ts';

it('names files after trace and chart, without letters that mean something to a file system', () => {
  expect(chartFileName('web.trace heap', 'svg')).toBe('web.trace-heap.svg');
  expect(chartFileName('../a:b\\c <1> ', 'png')).toBe('a-b-c-1.png');
  expect(chartFileName('…', 'png')).toBe('….png');
  expect(chartFileName('/', 'png')).toBe('chart.png');
});

it('writes colours as numbers, not as names of the theme', () => {
  const list = [{ kind: 'rect', x: 1, y: 2, w: 3, h: 4, fill: 'accent' } as const];
  const svg = svgText({ list, width: 10, height: 10 }, 'A chart', new Inks(document.documentElement));
  expect(svg).toMatch(/<path d="M1 2h3v4h-3z" fill="#[0-9a-f]{6}"\/>/);
  expect(svg).not.toContain('var(');
});

it('puts what is shown, and what its colours mean, above the chart', () => {
  const list = [{ kind: 'rect', x: 1, y: 2, w: 3, h: 4, fill: 'accent' } as const];
  const legend = [{ name: 'Goal', ink: 'neutral-9', form: 'dashed' } as const];
  const { list: drawn, height } = titled({ list, width: 300, height: 100 }, 'Heap', legend);
  expect(height).toBe(124);
  expect(drawn.map((command) => ('text' in command ? command.text : 'y' in command && command.y))).toEqual([
    'Heap',
    11,
    'Goal',
    26,
  ]);
});
