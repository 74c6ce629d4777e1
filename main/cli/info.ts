import type { TraceFacts } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { countText, durationText, sizeText } from '#common/quantity-text.ts';
import { bytes, durNs } from '#common/units.ts';
import type { OfflineTrace } from '#main/host/offline-trace.ts';
import { exactCount, shown, textTable, write } from './output.ts';
import { oneOf, parseCommand, type Command } from './usage.ts';
import { noContext, onlyTrace, withTrace } from './with-trace.ts';

export const info: Command = {
  name: 'info',
  summary: 'what a trace holds: versions, duration, counts, diagnostics',
  help: `gopherscope info [--format text|json] FILE

What a trace holds: the version of its format, its duration, how many events, goroutines, processors and threads, its
generations, and what is wrong with it. FILE may be - for standard input.

  --format text   facts for people (default)
  --format json   one object; keys carry their unit, points in time count from originNs`,
  async run(args) {
    const { file, values } = parseCommand('info', args, { format: { type: 'string', default: 'text' } });
    const format = oneOf('format', values.format, ['text', 'json']);
    await withTrace(file, async (trace) => {
      const facts = await trace.analyses['trace.facts']({ trace: onlyTrace }, noContext);
      const diagnostics = await trace.analyses['trace.diagnostics']({ trace: onlyTrace }, noContext);
      await write(
        format === 'json' ? infoJson(trace, facts, diagnostics) : infoText(trace, facts, diagnostics),
      );
    });
  },
};

function infoJson(trace: OfflineTrace, facts: TraceFacts, diagnostics: readonly Diagnostic[]): string {
  const { formatVersion, goVersions, durationNs, sizeBytes, events, goroutines, processors, threads } = facts;
  const { eventsByKind, complete } = facts;
  const all = {
    formatVersion,
    goVersions,
    originNs: Number(facts.originNs),
    durationNs,
    sizeBytes,
    events,
    goroutines,
    processors,
    threads,
    eventsByKind,
    complete,
    generations: trace.generations,
    diagnostics,
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function infoText(trace: OfflineTrace, facts: TraceFacts, diagnostics: readonly Diagnostic[]): string {
  const lines = [
    ['Written by', `${facts.goVersions} (format ${facts.formatVersion})`],
    ['Duration', shown(durationText(facts.durationNs))],
    ['Size', shown(sizeText(facts.sizeBytes))],
    ['Events', exactCount(facts.events)],
    ['Goroutines', exactCount(facts.goroutines)],
    ['Processors', exactCount(facts.processors)],
    ['Threads', exactCount(facts.threads)],
    ['Generations', exactCount(trace.generations.length)],
  ];
  const kinds = Object.entries(facts.eventsByKind)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => [`  ${kind}`, shown(countText(count))]);
  const generations = trace.generations.map((g) => [
    `  ${g.generation}`,
    shown(durationText(durNs(g.untilNs - g.startNs))),
    shown(sizeText(bytes(g.untilByte - g.startByte))),
    `${exactCount(g.events)} events`,
  ]);
  const troubles = diagnostics.map((d) => `  ${d.sentence} Lost: ${shown(sizeText(d.lostBytes))}.\n`);
  return [
    textTable(lines, new Set()),
    '\nEvents by kind\n',
    textTable(kinds, new Set([1])),
    ...(generations.length > 0 ? ['\nGenerations\n', textTable(generations, new Set([1, 2, 3]))] : []),
    ...(troubles.length > 0 ? ['\nDiagnostics\n', ...troubles] : []),
  ].join('');
}
