import { describe, expect, it } from 'vitest';
import { blockingOptions, optionsInAddress } from './blocking-options.ts';

describe('what is chosen on the page', () => {
  it('is synchronization, the heaviest calls first, when nothing is said', () => {
    const plain = blockingOptions({});
    expect(plain).toEqual({
      ...{ kind: 'sync', view: 'heavy', inverted: false, folded: false },
      ...{ find: '', zoom: 0 },
    });
    expect(optionsInAddress(plain)).toEqual({});
  });

  it('comes back from an address as it went in', () => {
    const address = {
      ...{ kind: 'gc', view: 'sandwich', invert: '1', fold: '1' },
      ...{ find: '/a+/', func: 'main.f', zoom: '17' },
    };
    expect(optionsInAddress(blockingOptions(address))).toEqual(address);
  });

  it('is left out where it cannot be understood', () => {
    const odd = blockingOptions({ kind: 'ink', view: 'upwards', invert: 'yes', zoom: '-1' });
    expect(odd).toEqual(blockingOptions({}));
  });
});
