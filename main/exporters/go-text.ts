/**
 * Events as Go 1.27's `go tool trace -d=parsed` prints them, byte for byte. Text is built as binary strings (a char code a
 * byte), since names in a trace need not be UTF-8. Source: internal/trace/event.go of Go 1.27.
 */
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import type { EventRecords } from '#core-wasm/host/event-records.ts';
import { goStates } from '#common/goroutine-state.ts';
import { eventType, metricNames, procStates, wireEventByType } from '#common/trace-format/event-table.ts';
import { goQuote } from './go-quote.ts';
import { wallTime } from './wall-time.ts';

const types = (...names: string[]): ReadonlySet<number> => new Set(names.map((name) => eventType[name]!));
const procTransitions = types('ProcStart', 'ProcStop', 'ProcSteal', 'ProcStatus');
const creations = types('GoCreate', 'GoCreateBlocked');
/** Their stack is the transition's as well. */
const ownTransitionStack = types('GoStop', 'GoBlock', 'GoSyscallBegin', 'GoStatusStack');
const stwEvents = types('STWBegin', 'STWEnd');
const sweeps = types('GCSweepActive', 'GCSweepBegin', 'GCSweepEnd');
const gcEvents = types('GCActive', 'GCBegin', 'GCEnd');
const announcedRanges = types('GCSweepActive', 'GCMarkAssistActive');

export class GoText {
  readonly #core: Core;
  readonly #records: EventRecords;
  #quoted = new Map<number, string>();
  #raw = new Map<number, string>();
  #stacks = new Map<number, string>();

  constructor(core: Core) {
    this.#core = core;
    this.#records = core.records;
  }

  /** Strings and stacks belong to a generation: forget those of the last. */
  enterGeneration(): void {
    this.#quoted.clear();
    this.#raw.clear();
    this.#stacks.clear();
  }

  /** The i-th event of the last delivery, as a binary string that ends with a newline. */
  event(i: number, snapshot?: ClockSnapshot): string {
    const r = this.#records;
    const type = r.type(i);
    const kind = wireEventByType[type]?.kind ?? 'Experimental';
    const head = `M=${r.thread(i)} P=${r.processor(i)} G=${r.goroutine(i)} ${kind} Time=${r.time(i)}`;
    switch (kind) {
      case 'StateTransition':
        return head + this.#transition(i, type);
      case 'StackSample':
        return `${head}\nStack=\n${this.#stack(r.stack(i))}\n`;
      case 'Sync':
        return `${head} N=${r.a(i)}${snapshot ? snapshotText(snapshot) : ''}\n`;
      case 'Experimental':
        return `${head} ${this.#experiment(i, type)}\n`;
      default:
        return `${head} ${this.#fields(i, type, kind)}${this.#ownStack(i)}\n`;
    }
  }

  #transition(i: number, type: number): string {
    const r = this.#records;
    const isProc = procTransitions.has(type);
    const states: readonly string[] = isProc ? procStates : goStates;
    const change = `${states[r.from(i)] ?? 'Bad'}->${states[r.to(i)] ?? 'Bad'}`;
    const text = ` ${isProc ? 'ProcID' : 'GoID'}=${r.subject(i)} ${change} Reason=${this.#quote(r.text(i))}`;
    let stacks = '';
    if (creations.has(type)) stacks = `\nTransitionStack=\n${this.#stack(r.otherStack(i))}`;
    else if (ownTransitionStack.has(type) && r.stack(i) !== 0)
      stacks = `\nTransitionStack=\n${this.#stack(r.stack(i))}`;
    return `${text}${stacks}${this.#ownStack(i)}\n`;
  }

  #ownStack(i: number): string {
    const stack = this.#records.stack(i);
    return stack === 0 ? '' : `\nStack=\n${this.#stack(stack)}`;
  }

  #fields(i: number, type: number, kind: string): string {
    const r = this.#records;
    switch (kind) {
      case 'Metric':
        return `Name="${metricNames[wireEventByType[type]!.name]}" Value=Value{Uint64(${r.a(i)})}`;
      case 'Label':
        return `Label=${this.#quote(r.text(i))} Resource=Goroutine(${r.goroutine(i)})`;
      case 'TaskBegin':
      case 'TaskEnd':
        return `ID=${r.a(i)} Parent=${r.b(i)} Type=${this.#quote(r.text(i))}`;
      case 'RegionBegin':
      case 'RegionEnd':
        return `Task=${r.a(i)} Type=${this.#quote(r.text(i))}`;
      case 'Log':
        return `Task=${r.a(i)} Category=${this.#quote(r.text(i))} Message=${this.#quote(r.otherText(i))}`;
      default:
        return this.#range(i, type, kind);
    }
  }

  #range(i: number, type: number, kind: string): string {
    const r = this.#records;
    let name = 'GC mark assist';
    let scope = `Goroutine(${announcedRanges.has(type) ? r.subject(i) : r.goroutine(i)})`;
    if (stwEvents.has(type)) name = `stop-the-world (${this.#text(r.text(i))})`;
    else if (gcEvents.has(type)) [name, scope] = ['GC concurrent mark phase', 'None'];
    else if (sweeps.has(type)) {
      name = 'GC incremental sweep';
      scope = `Proc(${announcedRanges.has(type) ? r.subject(i) : r.processor(i)})`;
    }
    const quoted = stwEvents.has(type) ? goQuote(Buffer.from(name, 'latin1')) : `"${name}"`;
    return `Name=${quoted} Scope=${scope}${kind === 'RangeEnd' ? ` Attributes=[${this.#attributes(i, type)}]` : ''}`;
  }

  #attributes(i: number, type: number): string {
    if (type !== eventType['GCSweepEnd']) return '';
    const r = this.#records;
    return `"bytes swept"=Value{Uint64(${r.a(i)})} "bytes reclaimed"=Value{Uint64(${r.b(i)})}`;
  }

  #experiment(i: number, type: number): string {
    const r = this.#records;
    const event = wireEventByType[type];
    const values = [r.a(i), r.b(i), r.c(i)];
    const args = (event?.args ?? []).map((name, n) => `${name}=Value{Uint64(${values[n]})}`);
    return `Name=${event?.name} Args=[${args.join(', ')}]`;
  }

  #quote(text: number): string {
    let quoted = this.#quoted.get(text);
    if (quoted === undefined) {
      quoted = text === 0 ? '""' : goQuote(this.#core.tables.text(text));
      this.#quoted.set(text, quoted);
    }
    return quoted;
  }

  #text(text: number): string {
    let raw = this.#raw.get(text);
    if (raw === undefined) {
      raw = Buffer.from(this.#core.tables.text(text)).toString('latin1');
      this.#raw.set(text, raw);
    }
    return raw;
  }

  /** Two lines for each frame. */
  #stack(stack: number): string {
    let lines = this.#stacks.get(stack);
    if (lines === undefined) {
      lines = '';
      for (const frame of this.#core.tables.frames(stack)) {
        const name = Buffer.from(frame.functionName).toString('latin1');
        const file = Buffer.from(frame.fileName).toString('latin1');
        lines += `\t${name} @ 0x${frame.pc.toString(16)}\n\t\t${file}:${frame.line}\n`;
      }
      this.#stacks.set(stack, lines);
    }
    return lines;
  }
}

function snapshotText(snapshot: ClockSnapshot): string {
  return ` Trace=${snapshot.traceNs} Mono=${snapshot.mono} Wall=${wallTime(snapshot.seconds, snapshot.nanoseconds)}`;
}
