/**
 * Traces that no program wrote: a scheduler that does something legal at random, on clocks that disagree. Events of different
 * threads often stand at the same time or in the wrong order of times, so that the ordering has to wait and try again.
 */
import { eventType } from '#common/trace-format/event-table.ts';
import type { Random } from './random.ts';
import { makeEntry, type BatchPart, type Entry, type Part, type TraceTree } from './trace-tree.ts';

type Numbers = readonly (number | bigint)[];
type State = 'waiting' | 'runnable' | 'running' | 'syscall';

interface Goroutine {
  readonly id: number;
  state: State;
  sequence: number;
}

interface Processor {
  readonly id: number;
  sequence: number;
  thread: Thread | undefined;
  inSyscall: boolean;
}

interface Thread {
  readonly id: number;
  processor: Processor | undefined;
  goroutine: Goroutine | undefined;
  /** How far its clock is ahead of the others. */
  readonly skew: number;
  last: number;
  entries: Entry[];
}

const noThread = (1n << 64n) - 1n;
const base = 1000;

class Scheduler {
  readonly #random: Random;
  readonly #goroutines: Goroutine[] = [];
  readonly #processors: Processor[] = [];
  readonly threads: Thread[] = [];
  #clock = base;
  #nextGoroutine = 1;

  constructor(random: Random) {
    this.#random = random;
    const threads = 1 + random.below(random.chance(3) ? 20 : 5);
    for (let id = 0; id < threads; id++) {
      const skew = random.below(random.chance(2) ? 2 : 12);
      const thread = {
        id: 5 + id,
        processor: undefined,
        goroutine: undefined,
        skew,
        last: base,
        entries: [],
      };
      this.threads.push(thread);
    }
    for (const thread of this.threads) if (random.chance(2)) this.#begin(thread);
  }

  #put(thread: Thread, name: string, ...numbers: Numbers): void {
    if (this.#random.chance(2)) this.#clock++;
    const time = Math.max(thread.last, this.#clock + this.#random.below(thread.skew + 1));
    thread.entries.push(makeEntry(eventType[name]!, [time - thread.last, ...numbers].map(BigInt)));
    thread.last = time;
  }

  /** A thread that had a processor when the trace began, and perhaps a goroutine. */
  #begin(thread: Thread): void {
    const processor = { id: this.#processors.length, sequence: 0, thread, inSyscall: false };
    this.#processors.push(processor);
    thread.processor = processor;
    this.#put(thread, 'ProcStatus', processor.id, 1);
    if (this.#random.chance(3)) return;
    thread.goroutine = this.#add('running');
    this.#put(thread, 'GoStatus', thread.goroutine.id, thread.id, 2);
  }

  #add(state: State): Goroutine {
    const goroutine = { id: this.#nextGoroutine++, state, sequence: 0 };
    this.#goroutines.push(goroutine);
    return goroutine;
  }

  step(): void {
    const thread = this.#random.pick(this.threads);
    const { goroutine } = thread;
    if (goroutine?.state === 'syscall') this.#leaveSyscall(thread, goroutine);
    else if (goroutine) this.#act(thread, goroutine, thread.processor!);
    else if (thread.processor) this.#idle(thread, thread.processor);
    else this.#findProcessor(thread);
  }

  #act(thread: Thread, goroutine: Goroutine, processor: Processor): void {
    const leave = (name: string, state: State): void => {
      this.#put(thread, name, 0, 0);
      goroutine.state = state;
      thread.goroutine = undefined;
    };
    const actions: readonly (() => void)[] = [
      () => leave('GoBlock', 'waiting'),
      () => leave('GoStop', 'runnable'),
      () => this.#enterSyscall(thread, goroutine, processor),
      () => this.#put(thread, 'GoCreate', this.#add('runnable').id, 0, 0),
      () => this.#switch(thread, goroutine),
      () => this.#destroy(thread, goroutine),
      () => this.#put(thread, 'HeapAlloc', 4096),
      () => this.#unblock(thread),
      () => this.#unblock(thread),
    ];
    this.#random.pick(actions)();
  }

  #enterSyscall(thread: Thread, goroutine: Goroutine, processor: Processor): void {
    this.#put(thread, 'GoSyscallBegin', ++processor.sequence, 0);
    goroutine.state = 'syscall';
    processor.inSyscall = true;
  }

  #destroy(thread: Thread, goroutine: Goroutine): void {
    this.#put(thread, 'GoDestroy');
    this.#goroutines.splice(this.#goroutines.indexOf(goroutine), 1);
    thread.goroutine = undefined;
  }

  #unblock(thread: Thread): void {
    const waiting = this.#in('waiting');
    if (!waiting) return;
    this.#put(thread, 'GoUnblock', waiting.id, ++waiting.sequence, 0);
    waiting.state = 'runnable';
  }

  #switch(thread: Thread, goroutine: Goroutine): void {
    const next = this.#in('waiting');
    if (!next) return;
    this.#put(thread, 'GoSwitch', next.id, ++next.sequence);
    goroutine.state = 'waiting';
    next.state = 'running';
    thread.goroutine = next;
  }

  #idle(thread: Thread, processor: Processor): void {
    const next = this.#in('runnable');
    if (next && !this.#random.chance(3)) {
      this.#put(thread, 'GoStart', next.id, ++next.sequence);
      next.state = 'running';
      thread.goroutine = next;
    } else if (this.#random.chance(3)) this.#unblock(thread);
    else {
      this.#put(thread, 'ProcStop');
      processor.thread = undefined;
      thread.processor = undefined;
    }
  }

  #leaveSyscall(thread: Thread, goroutine: Goroutine): void {
    if (thread.processor) {
      this.#put(thread, 'GoSyscallEnd');
      thread.processor.inSyscall = false;
      goroutine.state = 'running';
    } else {
      this.#put(thread, 'GoSyscallEndBlocked');
      goroutine.state = 'runnable';
      thread.goroutine = undefined;
    }
  }

  /** Takes one that is idle, or steals one from a system call. */
  #findProcessor(thread: Thread): void {
    const idle = this.#processors.find((processor) => !processor.thread);
    const blocked = this.#processors.find((processor) => processor.inSyscall && processor.thread);
    if (blocked && this.#random.chance(2)) {
      const victim = blocked.thread!;
      this.#put(thread, 'ProcSteal', blocked.id, ++blocked.sequence, victim.id);
      victim.processor = undefined;
      blocked.thread = undefined;
      blocked.inSyscall = false;
    } else if (idle) {
      this.#put(thread, 'ProcStart', idle.id, ++idle.sequence);
      idle.thread = thread;
      thread.processor = idle;
    }
  }

  #in(state: State): Goroutine | undefined {
    const list = this.#goroutines.filter((goroutine) => goroutine.state === state);
    return list[this.#random.below(list.length)];
  }
}

const batch = (thread: number | bigint, time: number, entries: readonly Entry[]): BatchPart => ({
  kind: 'batch',
  experiment: -1,
  generation: 1n,
  thread: BigInt(thread),
  time: BigInt(time),
  entries,
  rest: new Uint8Array(),
});

/** In the format of Go 1.23, with a clock of nanoseconds. */
export function madeUpTrace(random: Random): TraceTree {
  const scheduler = new Scheduler(random);
  for (let steps = 5 + random.small(300); steps > 0; steps--) scheduler.step();
  const clock = makeEntry(eventType['Frequency']!, [1_000_000_000n]);
  const parts: Part[] = scheduler.threads
    .filter(({ entries }) => entries.length > 0)
    .map(({ id, entries }) => batch(id, base, entries));
  parts.splice(random.below(parts.length + 1), 0, batch(noThread, base, [clock]));
  return { header: Buffer.from('go 1.23 trace\0\0\0'), parts };
}
