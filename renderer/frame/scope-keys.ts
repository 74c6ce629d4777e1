/** Keys that move the window, the same on every page; pages with a window of their own answer them themselves. */
import { panned, zoomed, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import type { App } from '../state/app.svelte.ts';
import type { Action } from '../state/keys.ts';

const zoomStep = 0.6;
const panStep = 0.2;

export function scopeKeys(app: App): Partial<Record<Action, () => void>> {
  const whole = (): TimeWindow => ({
    from: traceNs(0),
    until: traceNs(Math.max(1, app.trace?.facts?.durationNs ?? 1)),
  });
  const shown = (): TimeWindow => app.scope.windows.at(-1) ?? whole();
  const zoom = (factor: number): void => {
    const window = shown();
    app.scope.look(zoomed(window, factor, (window.from + window.until) / 2, whole()));
  };
  const pan = (share: number): void => app.scope.look(panned(shown(), share, whole()));
  return {
    'zoom-in': () => zoom(zoomStep),
    'zoom-out': () => zoom(1 / zoomStep),
    earlier: () => pan(-panStep),
    later: () => pan(panStep),
    whole: () => app.scope.widenTo(-1),
    up: () => app.scope.widenTo(app.scope.windows.length - 2),
  };
}
