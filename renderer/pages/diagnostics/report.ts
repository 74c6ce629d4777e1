import type { TraceFacts } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import type { OpenedTrace } from '#common/rpc/contract.ts';

/** For whoever is asked about the file: what it is and what is wrong with it, without what it holds. */
export function reportText(
  opened: OpenedTrace,
  facts: TraceFacts | undefined,
  diagnostics: readonly Diagnostic[],
): string {
  const about = facts
    ? [
        `${facts.goVersions} (format ${facts.formatVersion})`,
        `${facts.events} events, ${facts.generations} generations, ${facts.durationNs} ns`,
      ]
    : [];
  const lines = diagnostics.map(
    ({ severity, code, sentence, generation, atByte, lostBytes }) =>
      `${severity} ${code} at byte ${atByte}${generation === undefined ? '' : `, generation ${generation}`}: ${sentence} ${lostBytes} bytes not used.`,
  );
  return [
    `${opened.name}, ${opened.sizeBytes} bytes`,
    ...about,
    ...(lines.length > 0 ? lines : ['Nothing is wrong with the file.']),
    '',
  ].join('\n');
}
