/**
 * The page's own choices, as they stand in the address:
 *
 *     kind=network        what goroutines waited for; absent: sync
 *     view=sandwich       how the stacks are drawn; absent: the heaviest calls first
 *     invert=1            the innermost functions at the root
 *     fold=1              a function that is on the stack already is not drawn again
 *     find=Append         functions to be found, as a text or as /a regular expression/
 *     func=main.work      the function that is looked at
 *     zoom=4503599627371  the way to the node that is as wide as the picture (`pathKeys` of a call tree)
 */
import type { PageOptions } from '../../state/place.ts';

export const blockingKinds = ['sync', 'network', 'syscall', 'scheduler', 'sleep', 'gc', 'wall'] as const;
export type BlockingKind = (typeof blockingKinds)[number];

export const flameViews = ['time', 'heavy', 'sandwich'] as const;
export type FlameViewName = (typeof flameViews)[number];

export interface BlockingOptions {
  readonly kind: BlockingKind;
  readonly view: FlameViewName;
  readonly inverted: boolean;
  readonly folded: boolean;
  readonly find: string;
  readonly func?: string;
  /** 0: all. */
  readonly zoom: number;
}

/** What cannot be understood is not chosen. */
export function blockingOptions(options: PageOptions): BlockingOptions {
  const { kind, view, invert, fold, find = '', func, zoom = '' } = options;
  return {
    kind: blockingKinds.find((one) => one === kind) ?? 'sync',
    view: flameViews.find((one) => one === view) ?? 'heavy',
    inverted: invert === '1',
    folded: fold === '1',
    find,
    ...(func === undefined ? {} : { func }),
    zoom: /^\d{1,16}$/.test(zoom) ? Number(zoom) : 0,
  };
}

/** Only what is chosen. */
export function optionsInAddress(options: BlockingOptions): PageOptions {
  const { kind, view, inverted, folded, find, func, zoom } = options;
  return {
    ...(kind === 'sync' ? {} : { kind }),
    ...(view === 'heavy' ? {} : { view }),
    ...(inverted ? { invert: '1' } : {}),
    ...(folded ? { fold: '1' } : {}),
    ...(find === '' ? {} : { find }),
    ...(func === undefined ? {} : { func }),
    ...(zoom === 0 ? {} : { zoom: zoom.toString() }),
  };
}
