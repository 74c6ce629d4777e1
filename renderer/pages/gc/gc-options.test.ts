import { expect, it } from 'vitest';
import { gcOptions, gcOptionTexts, usualFlags } from './gc-options.ts';

it('is collections, counted as Go counts, unless the address says otherwise', () => {
  expect(gcOptions({})).toEqual({
    view: 'collections',
    flags: usualFlags,
    isPerProcessor: false,
    hasPercentiles: false,
    lengthNs: 10_000_000,
  });
  expect(gcOptionTexts(gcOptions({}))).toEqual({});
});

it('comes back from the address as it was', () => {
  const texts = { view: 'mmu', flags: 'stw,sweep', each: '1', percentiles: '1', length: '2500' };
  expect(gcOptionTexts(gcOptions(texts))).toEqual(texts);
  expect(gcOptionTexts(gcOptions({ flags: 'none' }))).toEqual({ flags: 'none' });
});

it('takes what it cannot understand for not chosen', () => {
  expect(gcOptions({ view: 'x', flags: 'stw,evil', length: '-4' })).toMatchObject({
    view: 'collections',
    flags: ['stw'],
    lengthNs: 10_000_000,
  });
});
