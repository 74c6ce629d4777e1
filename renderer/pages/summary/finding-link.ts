import type { FindingLink } from '#common/findings/finding.ts';
import type { StateClass } from '#common/goroutine-state.ts';
import { traceNs } from '#common/units.ts';
import type { App } from '../../state/app.svelte.ts';

/** As their tabs are called. */
export const linkNames: Readonly<Record<FindingLink['page'], string>> = {
  gc: 'GC',
  scheduler: 'Scheduler',
  diagnostics: 'Diagnostics',
  blocking: 'Blocking',
  goroutines: 'Goroutines',
  timeline: 'Timeline',
};

const kinds: Partial<Readonly<Record<StateClass, string>>> = {
  sync: 'sync',
  network: 'network',
  syscall: 'syscall',
  sleep: 'sleep',
  gc: 'gc',
};

/** A function among the waits of a kind; what has no page of its own is found among all time. */
export function showWaits(app: App, state: StateClass, name?: string): void {
  const func = name === undefined || name === '' ? {} : { func: name };
  app.goTo('blocking', { options: { kind: kinds[state] ?? 'wall', ...func } });
}

export function follow(app: App, link: FindingLink): void {
  switch (link.page) {
    case 'blocking': {
      showWaits(app, link.kind, link.function);
      return;
    }
    case 'goroutines': {
      if (link.group === undefined) app.goTo('goroutines');
      else app.showGroup(link.group);
      return;
    }
    case 'timeline': {
      const { goroutine, fromNs, ns } = link;
      app.showOnTimeline(`g${goroutine}`, fromNs, { from: fromNs, until: traceNs(fromNs + ns) });
      return;
    }
    default:
      app.goTo(link.page);
  }
}
