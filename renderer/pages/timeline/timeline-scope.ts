import type { ShownScope } from '../../state/shown-scope.ts';
import type { Timeline } from './timeline.svelte.ts';

/** The timeline's window and filter, for the bar above the page. */
export const timelineScope = (timeline: Timeline): ShownScope => ({
  get windows() {
    const { viewport } = timeline;
    return viewport.showsAll ? [] : [...viewport.outer, viewport.window];
  },
  get filter() {
    return timeline.filter;
  },
  get passing() {
    const { text, state } = timeline.filter;
    if (text === '' && state === undefined) return '';
    if (timeline.grouping !== 'function') return '';
    return timeline.rows.groups.reduce((sum, { count }) => sum + count, 0).toString();
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
  filterBy: (filter) => timeline.arrange({ filter }),
});
