/**
 * Opens a trace as the app does and prints how long that took: `node tools/bench/open-trace.ts TRACE CACHE_FOLDER`. A process of its
 * own, so that its memory is that of reading and nothing else.
 */
import { join } from 'node:path';
import type { LoadProgress } from '#common/rpc/contract.ts';
import { createHost } from '#main/host/host.ts';

export interface OpenTimes {
  /** Until the first generation can be asked for. */
  readonly firstRowsMs: number;
  /** Until all of it can. */
  readonly readyMs: number;
  readonly events: number;
}

const [path = '', cacheFolder = ''] = process.argv.slice(2);
const host = createHost({ kind: 'browser', cacheFolder, dataFolder: join(cacheFolder, 'data') });
const started = performance.now();
let firstRowsMs = 0;
const report = ({ revision }: LoadProgress): void => {
  if (firstRowsMs === 0 && revision > 0) firstRowsMs = performance.now() - started;
};
const { trace } = await host.openTrace(path);
const { signal } = new AbortController();
const { stage, events } = await host.handlers['trace.watch']({ trace }, { signal, report });
const readyMs = performance.now() - started;
const times: OpenTimes = { firstRowsMs: firstRowsMs || readyMs, readyMs, events };
console.log(JSON.stringify(times));
await host.dispose();
process.exitCode = stage === 'ready' ? 0 : 1;
