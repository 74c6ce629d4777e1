import type { TraceFacts } from '#common/analyses/goroutine-results.ts';
import { versionOf } from '#common/trace-format/releases.ts';
import { bytes, clockNs, durNs } from '#common/units.ts';
import type { TraceReader } from '#db/reader.ts';

export function facts(reader: TraceReader, sizeBytes: number): TraceFacts {
  const row = reader.trace();
  return {
    formatVersion: `go 1.${row.formatMinor}`,
    goVersions: versionOf(row.formatMinor)?.goVersions ?? '',
    originNs: clockNs(row.originNs),
    durationNs: durNs(row.durationNs),
    events: row.events,
    goroutines: row.goroutines,
    processors: row.processors,
    threads: row.threads,
    sizeBytes: bytes(sizeBytes),
    generations: row.generations,
    eventsByKind: row.eventsByKind,
    diagnostics: reader.diagnostics().length,
    complete: row.complete,
    revision: row.revision,
  };
}
