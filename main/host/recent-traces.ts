import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { RecentTrace } from '#common/rpc/contract.ts';
import { bytes, durNs } from '#common/units.ts';
import type { RememberedTrace } from './user-data.ts';

/** The remembered traces with what would happen if they were opened now. */
export const recentTraces = (
  remembered: readonly RememberedTrace[],
  cachedKeys: ReadonlySet<string>,
): Promise<readonly RecentTrace[]> =>
  Promise.all(
    remembered.map(async (trace) => ({
      path: trace.path,
      name: basename(trace.path),
      folder: dirname(trace.path),
      sizeBytes: bytes(trace.sizeBytes),
      ...(trace.durationNs === undefined ? {} : { durationNs: durNs(trace.durationNs) }),
      ...(trace.goroutines === undefined ? {} : { goroutines: trace.goroutines }),
      openedAtMs: trace.openedAtMs,
      condition: await conditionOf(trace, cachedKeys),
    })),
  );

async function conditionOf(
  trace: RememberedTrace,
  cachedKeys: ReadonlySet<string>,
): Promise<RecentTrace['condition']> {
  const found = await stat(trace.path).catch(() => undefined);
  if (!found?.isFile()) return 'gone';
  const unchanged = found.size === trace.sizeBytes && found.mtimeMs === trace.modifiedAtMs;
  if (!unchanged) return 'again';
  if (trace.partial) return 'partial';
  return cachedKeys.has(trace.key) ? 'ready' : 'again';
}
