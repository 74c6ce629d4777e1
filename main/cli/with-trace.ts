import type { CallContext } from '#common/rpc/handlers.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { sizeText } from '#common/quantity-text.ts';
import { traceKey } from '#common/ids.ts';
import { withOfflineTrace, type IngestProgress, type OfflineTrace } from '#main/host/offline-trace.ts';
import { shown, warn } from './output.ts';
import { ProgressBar } from './progress-bar.ts';

/** Handlers want to know which trace and who asks; offline there is one trace and nobody cancels. */
export const onlyTrace = traceKey('only');
export const noContext: CallContext = { signal: new AbortController().signal, report: () => undefined };

/** Reads a trace with a progress bar, warns of what was lost, and closes it after `use`. */
export async function withTrace(path: string, use: (trace: OfflineTrace) => Promise<void>): Promise<void> {
  const bar = new ProgressBar();
  const onProgress = (progress: IngestProgress, total?: number): void => bar.update(progress, total);
  const opened = async (trace: OfflineTrace): Promise<void> => {
    bar.clear();
    for (const diagnostic of await trace.analyses['trace.diagnostics']({ trace: onlyTrace }, noContext))
      warnOf(diagnostic);
    await use(trace);
  };
  await withOfflineTrace(path, { onProgress, warn }, opened).finally(() => bar.clear());
}

/** What was lost, in one line on standard error. */
export function warnOf(diagnostic: Diagnostic): void {
  const lost =
    diagnostic.lostBytes > 0
      ? ` The last ${shown(sizeText(diagnostic.lostBytes))} of the file were not used.`
      : '';
  warn(`${diagnostic.sentence}${lost}`);
}
