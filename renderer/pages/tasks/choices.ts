/**
 * What the page shows, as its part of the address says it:
 *
 *     what=regions                regions; absent: tasks
 *     type=parse                  the type whose single ones are listed; absent: the first of the table
 *     at=main.serve@/a.go:17      of regions: where they begin; empty where that is not in the trace
 *     took=100000-158489          only those in the bars from one edge of the histogram to another, ns
 *     log=retry                   of tasks: a text in their name, their regions or their logs
 *     task=8812                   all about one task
 */
import type { PageOptions } from '../../state/place.ts';

export interface Took {
  readonly fromNs: number;
  readonly untilNs: number;
}

export interface Choices {
  readonly what: 'tasks' | 'regions';
  readonly type?: TypeChoice;
  readonly took?: Took;
  readonly log: string;
  readonly task?: string;
}

/** A row of the table of types. */
export interface TypeChoice {
  readonly type: string;
  /** Of regions; empty: not in the trace. */
  readonly at: string;
}

/** An address leaves out what is empty: the type without a name is written as a space. */
const nameless = ' ';

/** What cannot be understood is not chosen. */
export function choicesOf(options: PageOptions): Choices {
  const { what, type, at = '', log = '', task } = options;
  const took = tookOf(options['took'] ?? '');
  return {
    what: what === 'regions' ? 'regions' : 'tasks',
    ...(type === undefined ? {} : { type: { type: type === nameless ? '' : type, at } }),
    ...(took ? { took } : {}),
    log,
    ...(task !== undefined && /^\d{1,20}$/.test(task) ? { task } : {}),
  };
}

function tookOf(text: string): Took | undefined {
  const [, from, until] = /^(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  return from === undefined ? undefined : { fromNs: Number(from), untilNs: Number(until) };
}

/** Only what is chosen. */
export const optionsOf = ({ what, type, took, log, task }: Choices): PageOptions => ({
  ...(what === 'regions' ? { what } : {}),
  ...(type ? { type: type.type === '' ? nameless : type.type, at: type.at } : {}),
  ...(took ? { took: `${took.fromNs}-${took.untilNs}` } : {}),
  log,
  ...(task === undefined ? {} : { task }),
});
