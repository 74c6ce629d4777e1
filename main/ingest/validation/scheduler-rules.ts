/**
 * What may happen to goroutines, processors and threads. Every event says where it happens as of before it, so the bindings
 * of a thread follow from the transitions, and each context can be compared with them.
 */
import { goStates } from '#common/goroutine-state.ts';
import { eventType, procStates, wireEventByType } from '#common/trace-format/event-table.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';
import { none, type Complain, type OrderedEvents } from './ordered-events.ts';

const undetermined = 0;
const notExist = 1;
const [runnable, running, waiting, inSyscall] = [2, 3, 4, 5];
const [procRunning, procIdle] = [2, 3];

type Change = readonly [from: number, to: number];
/** The only change that an event makes; statuses and steals are seen to apart. */
const changes = new Map<number, Change>(
  Object.entries({
    GoCreate: [notExist, runnable],
    GoCreateBlocked: [notExist, waiting],
    GoCreateSyscall: [notExist, inSyscall],
    GoStart: [runnable, running],
    GoDestroy: [running, notExist],
    GoDestroySyscall: [inSyscall, notExist],
    GoStop: [running, runnable],
    GoBlock: [running, waiting],
    GoUnblock: [waiting, runnable],
    GoSwitch: [waiting, runnable],
    GoSwitchDestroy: [waiting, runnable],
    GoSyscallBegin: [running, inSyscall],
    GoSyscallEnd: [inSyscall, running],
    GoSyscallEndBlocked: [inSyscall, runnable],
    ProcStart: [procIdle, procRunning],
    ProcStop: [procRunning, procIdle],
  } as const).map(([name, change]) => [eventType[name]!, change]),
);

const types = (names: string): ReadonlySet<number> =>
  new Set(names.split(' ').map((name) => eventType[name]!));
const goStatuses = types('GoStatus GoStatusStack');
/** Their subject is the goroutine that the thread runs, and leaves the thread but for the two events of system calls. */
const ofOwnGoroutine = types(
  'GoDestroy GoDestroySyscall GoStop GoBlock GoSyscallBegin GoSyscallEnd GoSyscallEndBlocked',
);
const keepsThread = types('GoSyscallBegin GoSyscallEnd');
const takesThread = types('GoStart GoCreateSyscall');

interface Thread {
  processor: Integer;
  goroutine: Integer;
}

export class SchedulerRules {
  readonly #goroutines = new Map<Integer, number>();
  readonly #processors = new Map<Integer, number>();
  readonly #threads = new Map<Integer, Thread>();
  /** Which thread has a processor, or runs a goroutine. */
  readonly #threadOfProcessor = new Map<Integer, Integer>();
  readonly #threadOfGoroutine = new Map<Integer, Integer>();
  #lastFreed: Integer = none;

  /** Whether a goroutine is there, as far as the trace says. */
  hasGoroutine(id: Integer): boolean {
    return this.#goroutines.has(id);
  }

  /** Contexts of CPU samples are their own; a system call announced for another thread mixes two. */
  context(events: OrderedEvents, i: number, complain: Complain): void {
    const type = events.type(i);
    if (goStatuses.has(type) && events.to(i) === inSyscall) return;
    const thread = this.#threads.get(events.thread(i));
    const { processor, goroutine } = thread ?? { processor: none, goroutine: none };
    // A goroutine that ends in a system call gives its processor up just before, and both events show it.
    const isHandedOver = type === eventType['GoDestroySyscall'] && events.processor(i) === this.#lastFreed;
    if (events.processor(i) !== processor && !isHandedOver)
      complain('context-differs', `has processor ${events.processor(i)}, its thread has ${processor}`);
    if (events.goroutine(i) !== goroutine)
      complain('context-differs', `has goroutine ${events.goroutine(i)}, its thread runs ${goroutine}`);
  }

  transition(events: OrderedEvents, i: number, complain: Complain): void {
    const name = wireEventByType[events.type(i)]!.name;
    if (name.startsWith('Proc')) this.#processor(events, i, complain);
    else this.#goroutine(events, i, complain);
  }

  /** Binds threads as the transition says. */
  bind(events: OrderedEvents, i: number, complain: Complain): void {
    const type = events.type(i);
    const thread = events.thread(i);
    const subject = events.subject(i);
    if (type === eventType['ProcStart']) this.#hold(thread, subject, complain);
    else if (type === eventType['ProcStatus'] && events.to(i) === procRunning)
      this.#hold(thread, subject, complain);
    else if (type === eventType['ProcStop'] || type === eventType['ProcSteal']) this.#letGo(subject);
    else if (takesThread.has(type)) this.#run(thread, subject, complain);
    else if (goStatuses.has(type)) {
      if (events.to(i) === running || events.to(i) === inSyscall) this.#run(thread, subject, complain);
    } else if (ofOwnGoroutine.has(type) && !keepsThread.has(type)) this.#leave(thread);
  }

  #goroutine(events: OrderedEvents, i: number, complain: Complain): void {
    const type = events.type(i);
    const id = events.subject(i);
    const [from, to] = [events.from(i), events.to(i)];
    const known = this.#goroutines.get(id);
    const what = (): string => `goroutine ${id}: ${goStates[from] ?? from}->${goStates[to] ?? to}`;
    if (goStatuses.has(type)) {
      if (from !== to && from !== undetermined) complain('illegal-transition', what());
      if (known === undefined && from === to && from !== undetermined)
        complain('state-differs', `${what()}, which is not known yet`);
    } else {
      const change = changes.get(type)!;
      if (from !== change[0] || to !== change[1]) complain('illegal-transition', what());
      if (ofOwnGoroutine.has(type) && events.goroutine(i) !== id)
        complain('context-differs', `${what()} while its thread runs ${events.goroutine(i)}`);
    }
    if (from === notExist || from === undetermined) {
      if (known !== undefined) complain('state-differs', `${what()}, but it is ${goStates[known]}`);
    } else if (known === undefined) complain('missing-resource', `${what()}, which is not known`);
    else if (known !== from) complain('state-differs', `${what()}, but it is ${goStates[known]}`);
    if (to === notExist) this.#goroutines.delete(id);
    else this.#goroutines.set(id, to);
  }

  #processor(events: OrderedEvents, i: number, complain: Complain): void {
    const type = events.type(i);
    const id = events.subject(i);
    const [from, to] = [events.from(i), events.to(i)];
    const known = this.#processors.get(id);
    const what = (): string => `processor ${id}: ${procStates[from] ?? from}->${procStates[to] ?? to}`;
    const isNew = from === undetermined || from === notExist;
    if (type === eventType['ProcStatus']) {
      if (!isNew && from !== to) complain('illegal-transition', what());
    } else if (type === eventType['ProcSteal']) {
      if (isNew || to !== procIdle) complain('illegal-transition', what());
    } else {
      const change = changes.get(type)!;
      if (from !== change[0] || to !== change[1]) complain('illegal-transition', what());
    }
    if (isNew) {
      if (known !== undefined) complain('state-differs', `${what()}, but it is ${procStates[known]}`);
    } else if (known === undefined) complain('missing-resource', `${what()}, which is not known`);
    else if (known !== from) complain('state-differs', `${what()}, but it is ${procStates[known]}`);
    this.#processors.set(id, to);
  }

  #thread(id: Integer): Thread {
    let thread = this.#threads.get(id);
    if (!thread) this.#threads.set(id, (thread = { processor: none, goroutine: none }));
    return thread;
  }

  #hold(threadId: Integer, processor: Integer, complain: Complain): void {
    if (threadId === none) return;
    const holder = this.#threadOfProcessor.get(processor);
    if (holder !== undefined && holder !== threadId)
      complain(
        'processor-on-two-threads',
        `processor ${processor} is on the threads ${holder} and ${threadId}`,
      );
    const thread = this.#thread(threadId);
    if (thread.processor !== none) this.#threadOfProcessor.delete(thread.processor);
    thread.processor = processor;
    this.#threadOfProcessor.set(processor, threadId);
  }

  #letGo(processor: Integer): void {
    const holder = this.#threadOfProcessor.get(processor);
    this.#lastFreed = processor;
    if (holder === undefined) return;
    this.#threadOfProcessor.delete(processor);
    this.#thread(holder).processor = none;
  }

  #run(threadId: Integer, goroutine: Integer, complain: Complain): void {
    if (threadId === none) return;
    const runner = this.#threadOfGoroutine.get(goroutine);
    if (runner !== undefined && runner !== threadId)
      complain(
        'goroutine-on-two-threads',
        `goroutine ${goroutine} is on the threads ${runner} and ${threadId}`,
      );
    const thread = this.#thread(threadId);
    if (thread.goroutine !== none) this.#threadOfGoroutine.delete(thread.goroutine);
    thread.goroutine = goroutine;
    this.#threadOfGoroutine.set(goroutine, threadId);
  }

  #leave(threadId: Integer): void {
    const thread = this.#threads.get(threadId);
    if (!thread) return;
    this.#threadOfGoroutine.delete(thread.goroutine);
    thread.goroutine = none;
  }
}
