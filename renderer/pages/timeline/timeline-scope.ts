import { without } from '#common/without.ts';
import type { ShownScope } from '../../state/shown-scope.ts';
import type { Timeline } from './timeline.svelte.ts';

/** The timeline's window and filter, for the bar above the page: the window moves before the address follows. */
export const timelineScope = (timeline: Timeline, settle: () => void): ShownScope => ({
  settle,
  get windows() {
    const { viewport } = timeline;
    return viewport.showsAll ? [] : [...viewport.outer, viewport.window];
  },
  get filter() {
    return without(timeline.filter, 'state', 'here');
  },
  widenTo: (index) => {
    const { viewport } = timeline;
    if (index < 0) {
      viewport.goTo(viewport.whole);
      return;
    }
    const window = viewport.outer[index];
    if (!window) return;
    viewport.outer = viewport.outer.slice(0, index);
    viewport.goTo(window);
  },
  narrow: (window) => timeline.viewport.narrow(window),
  look: (window) => timeline.viewport.look(window),
  filterBy: (filter) => {
    const { state, here } = timeline.filter;
    timeline.arrange({ filter: { ...filter, ...(state ? { state } : {}), ...(here ? { here } : {}) } });
  },
});
