import type { LoadProgress } from '#common/rpc/contract.ts';
import { Failure } from '#common/errors.ts';

const reportEveryMs = 100;

type Report = (progress: LoadProgress) => void;

interface Watcher {
  readonly report: Report;
  readonly resolve: (last: LoadProgress) => void;
  readonly reject: (failure: Failure) => void;
}

export type LoadState = ReturnType<typeof createLoadState>;

/** How far the loading of one trace is, for any number of watchers, who are told about ten times a second. */
export function createLoadState(first: LoadProgress) {
  let last = first;
  let timer: NodeJS.Timeout | undefined;
  const watchers = new Set<Watcher>();

  const tell = (): void => {
    timer = undefined;
    for (const watcher of watchers) watcher.report(last);
  };
  const stopTimer = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  return {
    current: (): LoadProgress => last,

    update: (progress: LoadProgress): void => {
      last = progress;
      if (progress.stage === 'reading') {
        timer ??= setTimeout(tell, reportEveryMs);
        return;
      }
      stopTimer();
      for (const watcher of watchers) watcher.resolve(last);
      watchers.clear();
    },

    /** Reports at once, then with every change; resolves when loading ends, fails as `cancelled` if it is given up. */
    watch: (report: Report, signal: AbortSignal): Promise<LoadProgress> =>
      new Promise((resolve, reject: (failure: Failure) => void) => {
        if (last.stage !== 'reading') {
          resolve(last);
          return;
        }
        const watcher = { report, resolve, reject };
        watchers.add(watcher);
        signal.addEventListener('abort', () => watchers.delete(watcher), { once: true });
        report(last);
      }),

    giveUp: (): void => {
      stopTimer();
      for (const watcher of watchers) watcher.reject(new Failure('cancelled', 'The trace was closed.'));
      watchers.clear();
    },
  };
}
