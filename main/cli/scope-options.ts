/** The options that say what an analysis is about; the same for all of them. */
import { parseDuration } from '#common/duration-input.ts';
import { goId, type GoId } from '#common/ids.ts';
import type { Scope } from '#common/analyses/scope.ts';
import { traceNs, type TraceNs } from '#common/units.ts';
import { UsageError } from './usage.ts';

export const scopeOptions = {
  from: { type: 'string' },
  until: { type: 'string' },
  goroutine: { type: 'string', multiple: true },
  group: { type: 'string', multiple: true },
  text: { type: 'string' },
  task: { type: 'string' },
  region: { type: 'string' },
} as const;

/** Flag, and what it means. */
export const scopeHelp: readonly (readonly [string, string])[] = [
  [
    '--from TIME',
    'only what happens from here on, as 1.2s, 350ms, 17us or nanoseconds since the first event',
  ],
  ['--until TIME', 'only what happens up to here'],
  ['--goroutine ID,…', 'only these goroutines'],
  ['--group NAME', 'only goroutines with this start function; may be given several times'],
  ['--text TEXT', 'only goroutines with this text in the name of their start function'],
  ['--task ID|NAME', 'only goroutines that took part in this user task, or tasks, while it went on'],
  ['--region NAME', 'only what goroutines do inside user regions of this name'],
];

type Given = { readonly [K in keyof typeof scopeOptions]?: string | readonly string[] | undefined };

export function scopeFrom(given: Given): Scope {
  const { text, task, region, group } = given as Readonly<Record<string, string | undefined>> & {
    group?: string[];
  };
  return {
    ...(given.from === undefined ? {} : { from: point('from', String(given.from)) }),
    ...(given.until === undefined ? {} : { until: point('until', String(given.until)) }),
    ...(given.goroutine === undefined ? {} : { goroutines: goroutineIds([given.goroutine].flat()) }),
    ...(group === undefined ? {} : { groups: group }),
    ...(text === undefined ? {} : { text }),
    ...(task === undefined ? {} : { task }),
    ...(region === undefined ? {} : { region }),
  };
}

function point(flag: string, written: string): TraceNs {
  const ns = parseDuration(written);
  if (ns === undefined)
    throw new UsageError(`--${flag} takes a time since the first event, as 1.2s or 350ms, not "${written}".`);
  return traceNs(ns);
}

const goroutineIds = (written: readonly string[]): GoId[] =>
  written
    .flatMap((list) => list.split(','))
    .map((text) => {
      const id = /^\s*g?(\d{1,15})\s*$/i.exec(text)?.[1];
      if (id === undefined) throw new UsageError(`--goroutine takes numbers, as 12,13, not "${text}".`);
      return goId(Number(id));
    });
