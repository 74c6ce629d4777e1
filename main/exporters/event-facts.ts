/** Makes objects of delivered events: one with its facts under plain names for each. */
import { goStates } from '#common/goroutine-state.ts';
import { eventType, metricNames, procStates, wireEventByType } from '#common/trace-format/event-table.ts';
import { traceNs } from '#common/units.ts';
import type { ClockSnapshot } from '#core-wasm/host/core.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';
import type { EventSource } from './event-source.ts';
import type {
  EventStack,
  ExperimentalEvent,
  GoroutineTransition,
  LabelEvent,
  LogEvent,
  MetricEvent,
  ProcessorStateName,
  ProcessorTransition,
  RangeEvent,
  RegionEvent,
  StackSampleEvent,
  SyncEvent,
  TaskEvent,
  TraceEvent,
} from './trace-event.ts';

const noTask = 0xffffffffffffffffn;
const sweepEnd = eventType['GCSweepEnd'];
const syscallBegin = eventType['GoSyscallBegin']!;

/** What an event has beside time, name and context. */
type Own<E extends TraceEvent> = Omit<E, 'timeNs' | 'event' | 'thread' | 'processor' | 'goroutine'>;

interface FactsOptions {
  /** Without stacks events have none, and a sample has an empty one. */
  readonly stacks: boolean;
  /** The trace's clock at its first event, where that is not delivered. */
  readonly originNs?: bigint;
}

export class EventFactsReader {
  readonly #source: EventSource;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #withStacks: boolean;
  readonly #texts = new Map<number, string>();
  readonly #stacks = new Map<number, EventStack>();
  #origin: bigint | undefined;

  constructor(source: EventSource, options: FactsOptions = { stacks: true }) {
    this.#source = source;
    this.#withStacks = options.stacks;
    this.#origin = options.originNs;
  }

  /** Strings and stacks belong to a generation: forget those of the last. */
  enterGeneration(): void {
    this.#texts.clear();
    this.#stacks.clear();
  }

  /** To be called with each delivery: the first event of the first is what times count from. */
  enterDelivery(): void {
    const { records } = this.#source;
    if (records.count > 0) this.#origin ??= BigInt(records.time(0));
  }

  /** The trace's clock at the first event. */
  get originNs(): bigint {
    return this.#origin ?? 0n;
  }

  /** The i-th event of the last delivery. */
  event(i: number, snapshot?: ClockSnapshot): TraceEvent {
    const r = this.#source.records;
    const type = r.type(i);
    const context = {
      timeNs: traceNs(Number(BigInt(r.time(i)) - this.originNs)),
      event: wireEventByType[type]?.name ?? String(type),
      thread: present(r.thread(i)),
      processor: present(r.processor(i)),
      goroutine: present(r.goroutine(i)),
    };
    const { kind, ...own } = this.#own(i, type, snapshot);
    const { timeNs, ...where } = context;
    // Kind and facts belong together, which the type checker cannot see through the copy.
    return { timeNs, kind, ...where, ...own } as TraceEvent;
  }

  #own(i: number, type: number, snapshot?: ClockSnapshot): Own<TraceEvent> {
    const name = wireEventByType[type]?.name ?? '';
    const kind = wireEventByType[type]?.kind;
    switch (kind) {
      case 'StateTransition':
        return name.startsWith('Proc') ? this.#processorTransition(i) : this.#goroutineTransition(i);
      case 'Metric':
        return this.#metric(i, name);
      case 'Label':
        return this.#label(i);
      case 'StackSample':
        return this.#sample(i);
      case 'RangeBegin':
      case 'RangeActive':
      case 'RangeEnd':
        return { kind, ...this.#range(i, type, name), ...this.#stack(i) };
      case 'TaskBegin':
      case 'TaskEnd':
        return this.#task(i, kind);
      case 'RegionBegin':
      case 'RegionEnd':
        return this.#region(i, kind);
      case 'Log':
        return this.#log(i);
      case 'Sync':
        return this.#sync(i, snapshot);
      default:
        return this.#experiment(i, type);
    }
  }

  #goroutineTransition(i: number): Own<GoroutineTransition> {
    const r = this.#source.records;
    const reason = this.#text(r.text(i));
    const newStack = r.otherStack(i);
    // Only traces of the format before Go 1.22 have it.
    const blocked = r.type(i) === syscallBegin && r.b(i) !== 0;
    return {
      kind: 'StateTransition',
      subjectGoroutine: r.subject(i),
      from: goStates[r.from(i)] ?? 'Bad',
      to: goStates[r.to(i)] ?? 'Bad',
      ...(reason === '' ? {} : { reason }),
      ...this.#stack(i),
      ...(newStack === 0 || !this.#withStacks ? {} : { newStack: this.#frames(newStack) }),
      ...(blocked ? { blockedNs: traceNs(Number(BigInt(r.b(i)) - this.originNs)) } : {}),
    };
  }

  #processorTransition(i: number): Own<ProcessorTransition> {
    const r = this.#source.records;
    const state = (number: number): ProcessorStateName =>
      (procStates[number] as ProcessorStateName | undefined) ?? 'Bad';
    return {
      kind: 'StateTransition',
      subjectProcessor: r.subject(i),
      from: state(r.from(i)),
      to: state(r.to(i)),
      ...this.#stack(i),
    };
  }

  #metric(i: number, name: string): Own<MetricEvent> {
    return { kind: 'Metric', name: metricNames[name]!, value: this.#source.records.a(i), ...this.#stack(i) };
  }

  #label(i: number): Own<LabelEvent> {
    return { kind: 'Label', label: this.#text(this.#source.records.text(i)) };
  }

  #sample(i: number): Own<StackSampleEvent> {
    const stack = this.#source.records.stack(i);
    return { kind: 'StackSample', stack: stack === 0 || !this.#withStacks ? [] : this.#frames(stack) };
  }

  #range(i: number, type: number, name: string): Omit<Own<RangeEvent>, 'kind'> {
    const r = this.#source.records;
    const isAnnounced = name.endsWith('Active');
    if (name.startsWith('STW'))
      return {
        range: `stop-the-world (${this.#text(r.text(i))})`,
        subjectGoroutine: present(r.goroutine(i)),
      };
    if (name.startsWith('GCMarkAssist'))
      return {
        range: 'GC mark assist',
        subjectGoroutine: present(isAnnounced ? r.subject(i) : r.goroutine(i)),
      };
    if (!name.startsWith('GCSweep')) return { range: 'GC concurrent mark phase' };
    return {
      range: 'GC incremental sweep',
      subjectProcessor: present(isAnnounced ? r.subject(i) : r.processor(i)),
      ...(type === sweepEnd ? { sweptBytes: r.a(i), reclaimedBytes: r.b(i) } : {}),
    };
  }

  #task(i: number, kind: TaskEvent['kind']): Own<TaskEvent> {
    const r = this.#source.records;
    const parent = r.b(i) === noTask ? null : r.b(i);
    return { kind, task: r.a(i), parent, type: this.#text(r.text(i)), ...this.#stack(i) };
  }

  #region(i: number, kind: RegionEvent['kind']): Own<RegionEvent> {
    const r = this.#source.records;
    return { kind, task: r.a(i), type: this.#text(r.text(i)), ...this.#stack(i) };
  }

  #log(i: number): Own<LogEvent> {
    const r = this.#source.records;
    const [category, message] = [this.#text(r.text(i)), this.#text(r.otherText(i))];
    return { kind: 'Log', task: r.a(i), category, message, ...this.#stack(i) };
  }

  #sync(i: number, snapshot?: ClockSnapshot): Own<SyncEvent> {
    const number = this.#source.records.a(i);
    return {
      kind: 'Sync',
      sync: number,
      ...(number === 1 ? { originNs: this.originNs } : {}),
      ...(snapshot ? { clock: clockOf(snapshot, this.originNs) } : {}),
    };
  }

  #experiment(i: number, type: number): Own<ExperimentalEvent> {
    const r = this.#source.records;
    const values = [r.a(i), r.b(i), r.c(i)];
    const names = wireEventByType[type]?.args ?? [];
    return { kind: 'Experimental', args: Object.fromEntries(names.map((name, n) => [name, values[n]!])) };
  }

  #stack(i: number): { stack?: EventStack } {
    const stack = this.#source.records.stack(i);
    return stack === 0 || !this.#withStacks ? {} : { stack: this.#frames(stack) };
  }

  #frames(stack: number): EventStack {
    let frames = this.#stacks.get(stack);
    if (!frames) {
      frames = this.#source.tables.frames(stack).map((frame) => ({
        function: this.#decoder.decode(frame.functionName),
        file: this.#decoder.decode(frame.fileName),
        line: Number(frame.line),
        pc: `0x${frame.pc.toString(16)}`,
      }));
      this.#stacks.set(stack, frames);
    }
    return frames;
  }

  #text(number: number): string {
    if (number === 0) return '';
    let text = this.#texts.get(number);
    if (text === undefined) {
      text = this.#decoder.decode(this.#source.tables.text(number));
      this.#texts.set(number, text);
    }
    return text;
  }
}

const present = (id: Integer): Integer | null => (id === -1 ? null : id);

const clockOf = (snapshot: ClockSnapshot, originNs: bigint): NonNullable<SyncEvent['clock']> => ({
  traceNs: traceNs(Number(snapshot.traceNs - originNs)),
  monotonicNs: snapshot.mono,
  wallNs: snapshot.seconds * 1_000_000_000n + snapshot.nanoseconds,
});
