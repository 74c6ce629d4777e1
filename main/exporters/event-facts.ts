/** One delivered event with its facts under plain names: what the JSON and the readable text of events are made from. */
import { exactJson } from '#common/exact-json.ts';
import { goStates } from '#common/goroutine-state.ts';
import { eventType, metricNames, procStates, wireEventByType } from '#common/trace-format/event-table.ts';
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';

export interface EventFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly pc: string;
}

export type FactValue =
  Integer | string | null | readonly EventFrame[] | Readonly<Record<string, Integer | string>>;
export type EventFacts = Readonly<Record<string, FactValue>>;

const noTask = 0xffffffffffffffffn;

export class EventFactsReader {
  readonly #core: Core;
  readonly #decoder = new TextDecoder();
  readonly #texts = new Map<number, string>();
  readonly #stacks = new Map<number, readonly EventFrame[]>();
  #origin: bigint | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Strings and stacks belong to a generation: forget those of the last. */
  enterGeneration(): void {
    this.#texts.clear();
    this.#stacks.clear();
  }

  /** The trace's clock at the first event. */
  get originNs(): bigint {
    return this.#origin ?? 0n;
  }

  /** The i-th event of the last delivery. `timeNs` counts from the origin; ids that are not there are null. */
  event(i: number, snapshot?: ClockSnapshot): EventFacts {
    const r = this.#core.records;
    const type = r.type(i);
    this.#origin ??= BigInt(r.time(i));
    return {
      timeNs: Number(BigInt(r.time(i)) - this.#origin),
      kind: wireEventByType[type]?.kind ?? 'Experimental',
      event: wireEventByType[type]?.name ?? String(type),
      thread: present(r.thread(i)),
      processor: present(r.processor(i)),
      goroutine: present(r.goroutine(i)),
      ...this.#own(i, type, snapshot),
      ...this.#stack('stack', r.stack(i)),
      ...this.#stack('newStack', r.otherStack(i)),
    };
  }

  #own(i: number, type: number, snapshot?: ClockSnapshot): EventFacts {
    const r = this.#core.records;
    const name = wireEventByType[type]?.name ?? '';
    switch (wireEventByType[type]?.kind) {
      case 'StateTransition':
        return this.#transition(i, name);
      case 'Metric':
        return { name: metricNames[name]!, value: r.a(i) };
      case 'Label':
        return { label: this.#text(r.text(i)) };
      case 'RangeBegin':
      case 'RangeActive':
      case 'RangeEnd':
        return this.#range(i, type, name);
      case 'TaskBegin':
      case 'TaskEnd':
        return { task: r.a(i), parent: r.b(i) === noTask ? null : r.b(i), type: this.#text(r.text(i)) };
      case 'RegionBegin':
      case 'RegionEnd':
        return { task: r.a(i), type: this.#text(r.text(i)) };
      case 'Log':
        return { task: r.a(i), category: this.#text(r.text(i)), message: this.#text(r.otherText(i)) };
      case 'Sync':
        return syncFacts(r.a(i), this.originNs, snapshot);
      case 'Experimental':
        return { args: this.#arguments(i, type) };
      default:
        return {};
    }
  }

  #transition(i: number, name: string): EventFacts {
    const r = this.#core.records;
    const isProc = name.startsWith('Proc');
    const states: readonly string[] = isProc ? procStates : goStates;
    const reason = this.#text(r.text(i));
    return {
      [isProc ? 'subjectProcessor' : 'subjectGoroutine']: r.subject(i),
      from: states[r.from(i)] ?? 'Bad',
      to: states[r.to(i)] ?? 'Bad',
      ...(reason === '' ? {} : { reason }),
    };
  }

  #range(i: number, type: number, name: string): EventFacts {
    const r = this.#core.records;
    if (name.startsWith('STW')) return { range: `stop-the-world (${this.#text(r.text(i))})` };
    if (name.startsWith('GCMarkAssist'))
      return {
        range: 'GC mark assist',
        ...(name.endsWith('Active') ? { subjectGoroutine: r.subject(i) } : {}),
      };
    if (!name.startsWith('GCSweep')) return { range: 'GC concurrent mark phase' };
    return {
      range: 'GC incremental sweep',
      ...(name.endsWith('Active') ? { subjectProcessor: r.subject(i) } : {}),
      ...(type === eventType['GCSweepEnd'] ? { sweptBytes: r.a(i), reclaimedBytes: r.b(i) } : {}),
    };
  }

  #arguments(i: number, type: number): Readonly<Record<string, Integer>> {
    const r = this.#core.records;
    const values = [r.a(i), r.b(i), r.c(i)];
    return Object.fromEntries((wireEventByType[type]?.args ?? []).map((name, n) => [name, values[n]!]));
  }

  #stack(key: string, stack: number): EventFacts {
    if (stack === 0) return {};
    let frames = this.#stacks.get(stack);
    if (!frames) {
      frames = this.#core.tables.frames(stack).map((frame) => ({
        function: this.#decoder.decode(frame.functionName),
        file: this.#decoder.decode(frame.fileName),
        line: Number(frame.line),
        pc: `0x${frame.pc.toString(16)}`,
      }));
      this.#stacks.set(stack, frames);
    }
    return { [key]: frames };
  }

  #text(number: number): string {
    if (number === 0) return '';
    let text = this.#texts.get(number);
    if (text === undefined) {
      text = this.#decoder.decode(this.#core.tables.text(number));
      this.#texts.set(number, text);
    }
    return text;
  }
}

const present = (id: Integer): Integer | null => (id === -1 ? null : id);

function syncFacts(number: Integer, originNs: bigint, snapshot?: ClockSnapshot): EventFacts {
  return {
    sync: number,
    ...(number === 1 ? { originNs } : {}),
    ...(snapshot
      ? {
          clock: {
            traceNs: Number(snapshot.traceNs - originNs),
            monotonicNs: snapshot.mono,
            wallNs: snapshot.seconds * 1_000_000_000n + snapshot.nanoseconds,
          },
        }
      : {}),
  };
}

/** One readable line: when, where, what. */
export function eventLine(facts: EventFacts): string {
  const { timeNs, event, thread, processor, goroutine, stack, newStack, ...own } = facts;
  const where = [
    ['M', thread],
    ['P', processor],
    ['G', goroutine],
  ]
    .map(([letter, id]) => (id === null ? '-' : `${letter as string}${String(id as Integer)}`).padEnd(8))
    .join('');
  const what = Object.entries(own)
    .filter(([key, value]) => key !== 'kind' && value !== null)
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'object' || typeof value === 'string' ? plainJson(value) : String(value)}`,
    );
  const leaf = Array.isArray(stack)
    ? ` at ${(stack as readonly EventFrame[])[0]?.function ?? '(empty stack)'}`
    : '';
  const root = Array.isArray(newStack)
    ? ` new ${(newStack as readonly EventFrame[]).at(-1)?.function ?? ''}`
    : '';
  return `${seconds(timeNs as number)}  ${where}${(event as string).padEnd(20)} ${what.join(' ')}${leaf}${root}`;
}

const plainJson = (value: FactValue): string =>
  typeof value === 'string' && /^[\w./:()*-]+$/.test(value) ? value : exactJson(value);

const seconds = (ns: number): string => `${(ns / 1e9).toFixed(9).padStart(14)} s`;
