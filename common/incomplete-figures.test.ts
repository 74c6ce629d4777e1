import { describe, expect, it } from 'vitest';
import type { Diagnostic } from './diagnostics.ts';
import { incompleteFigures } from './incomplete-figures.ts';
import { bytes, durNs } from './units.ts';

const facts = { durationNs: durNs(6.31e9), events: 38_200_000, goroutines: 902_114 };
const trouble = (code: string, severity: Diagnostic['severity'] = 'error'): Diagnostic => ({
  severity,
  code,
  sentence: 'Something is wrong.',
  atByte: bytes(1000),
  lostBytes: bytes(0),
});

describe('figures that leave something out', () => {
  it('are none where nothing is wrong, or the trace is merely empty', () => {
    expect(incompleteFigures([], facts)).toEqual([]);
    expect(incompleteFigures([trouble('no-events', 'warning')], facts)).toEqual([]);
  });

  it.each(['file-truncated', 'nothing-advances', 'compressed-data-damaged', 'file-unreadable'])(
    'are lower bounds, and what was going on, after %s',
    (code) => {
      const figures = incompleteFigures([trouble(code)], facts);
      expect(figures).toMatchObject([
        { name: 'Duration', atLeast: 6.31e9 },
        { name: 'Events', atLeast: 38_200_000 },
        { name: 'Goroutines', atLeast: 902_114 },
        { name: 'What goes on at the end', words: 'cut' },
      ]);
    },
  );

  it('are the same where the file was still being written', () => {
    expect(incompleteFigures([trouble('file-growing', 'warning')], facts)).toHaveLength(4);
  });
});
