/** The filters of the `events` command, as they are typed. */
import type { EventFilter } from '#main/host/offline-trace.ts';
import { eventKindNames, eventTypesNamed } from '#main/host/offline-trace.ts';
import { UsageError } from './usage.ts';

export const filterOptions = {
  from: { type: 'string' },
  until: { type: 'string' },
  goroutine: { type: 'string', multiple: true },
  processor: { type: 'string', multiple: true },
  thread: { type: 'string', multiple: true },
  kind: { type: 'string', multiple: true },
  text: { type: 'string' },
  stack: { type: 'string' },
} as const;

export interface FilterValues {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly goroutine?: readonly string[] | undefined;
  readonly processor?: readonly string[] | undefined;
  readonly thread?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly text?: string | undefined;
  readonly stack?: string | undefined;
}

export function filterOf(values: FilterValues): EventFilter {
  const { from, until, goroutine, processor, thread, kind, text, stack } = values;
  const fromNs = from === undefined ? undefined : parseDuration('from', from);
  const untilNs = until === undefined ? undefined : parseDuration('until', until);
  if (fromNs !== undefined && untilNs !== undefined && fromNs >= untilNs)
    throw new UsageError(`--from ${from} is not before --until ${until}, so no event lies between them.`);
  return {
    ...(fromNs === undefined ? {} : { fromNs }),
    ...(untilNs === undefined ? {} : { untilNs }),
    ...(goroutine ? { goroutines: parseIds('goroutine', 'G', goroutine) } : {}),
    ...(processor ? { processors: parseIds('processor', 'P', processor) } : {}),
    ...(thread ? { threads: parseIds('thread', 'M', thread) } : {}),
    ...(kind ? { types: parseKinds(kind) } : {}),
    ...(text === undefined ? {} : { text }),
    ...(stack === undefined ? {} : { stackText: stack }),
  };
}

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const term = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g;

/** `1.5s`, `250ms`, `12us`, `1m30s`, or plain nanoseconds. */
export function parseDuration(option: string, text: string): number {
  const terms = [...text.matchAll(term)];
  const isPlain = /^\d+$/.test(text);
  if (!isPlain && (terms.length === 0 || terms.map(([whole]) => whole).join('') !== text))
    throw new UsageError(
      `--${option} takes a time since the first event like 1.5s, 250ms, 12us or nanoseconds, not "${text}".`,
    );
  const ns = isPlain
    ? Number(text)
    : terms.reduce((sum, [, count, unit]) => sum + Math.round(Number(count) * unitNs[unit!]!), 0);
  if (!Number.isSafeInteger(ns)) throw new UsageError(`--${option} ${text} is longer than any trace.`);
  return ns;
}

const listed = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',')).map((value) => value.trim());

/** `18`, or `G18` as the text has it. */
function parseIds(option: string, letter: string, values: readonly string[]): ReadonlySet<number | bigint> {
  return new Set(
    listed(values).map((value) => {
      const digits = value.toUpperCase().startsWith(letter) ? value.slice(1) : value;
      const id = /^\d{1,19}$/.test(digits) ? BigInt(digits) : 1n << 63n;
      if (id >= 1n << 63n)
        throw new UsageError(`--${option} takes numbers like 18, separated by commas, not "${value}".`);
      return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id;
    }),
  );
}

function parseKinds(values: readonly string[]): ReadonlySet<number> {
  return new Set(
    listed(values).flatMap((value) => {
      const types = eventTypesNamed(value);
      if (types) return types;
      throw new UsageError(
        `--kind takes ${eventKindNames.join(', ')}, or an event of the format such as GoBlock, not "${value}".`,
      );
    }),
  );
}
