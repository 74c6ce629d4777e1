import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../source-files.ts';
import { figureTexts } from './figure-texts.ts';

const root = resolve(import.meta.dirname, '../..');
const texts = figureTexts(readFileSync(resolve(root, 'docs/figures.md'), 'utf8'));

describe('the texts of figures', () => {
  it('are found in lists, tables and paragraphs', () => {
    const markdown =
      '# T\n\n## A b\n\nIntro `x`\ngoes on.\n\n- **One**: first\n  line.\n- **Two.** Is.\n\n| f | |\n|---|---|\n| `three` | so |\n\n**Four** is.\n';
    expect(figureTexts(markdown)).toEqual({
      'A b': 'Intro `x` goes on.',
      'A b/One': 'First line.',
      'A b/Two': 'Is.',
      'A b/three': 'So',
      'A b/Four': 'Is.',
    });
  });

  it('are there for every figure that the window explains', () => {
    const used = sourceFiles(resolve(root, 'renderer'))
      .filter(({ path }) => path.endsWith('.svelte'))
      .flatMap(({ text }) => [...text().matchAll(/\bfigure="([^"]+)"/g)])
      .map(([, name]) => name!);
    expect(used.filter((name) => texts[name] === undefined)).toEqual([]);
  });
});
