/**
 * What goroutines waited for, and where, straight from the ordered events: an oracle for profiles that knows nothing of stored spans. It
 * remembers every stay, and intersects each with every stretch; so it is simple, and only for traces of moderate size.
 */
import type { ProfileKind, ProfilePartName } from '#common/analyses/profile-analysis.ts';
import type { EventStack, GoroutineTransition, RegionEvent, TaskEvent } from '#main/exporters/trace-event.ts';
import { readTrace } from '#main/reader/read-trace.ts';

/** A goroutine from its creation to its end; a number may come twice. */
interface Life {
  readonly id: number;
  name: string;
  isNamed: boolean;
  /** When it first runs, and when it is over. */
  firstRun: number;
  end: number;
  /** Of regions around it, the innermost last. */
  readonly regions: OpenRegion[];
}

interface OpenRegion {
  readonly name: string;
  readonly start: number;
}

interface Stay {
  readonly life: Life;
  readonly state: 'Runnable' | 'Waiting' | 'Syscall';
  readonly reason: string;
  readonly stack: EventStack;
  readonly start: number;
  /** Go's tool begins it here: at its event. */
  readonly firstEvent: number;
  readonly isBeforeRun: boolean;
  end: number;
  isOpen: boolean;
}

interface Task {
  name: string;
  start: number;
  end: number;
  readonly goroutines: Set<number>;
}

type Stretch = readonly [number, number];

/** What a profile is asked for: all that is given must hold. */
export interface OracleScope {
  readonly from: number;
  readonly until: number;
  readonly goroutines?: readonly number[];
  readonly groups?: string[];
  readonly region?: string;
  readonly task?: string;
}

/** By stack the number of stays and their nanoseconds. */
export type StaysByStack = ReadonlyMap<string, { count: number; ns: number }>;

export class WaitingStays {
  readonly #alive = new Map<number, Life>();
  readonly #ids = new Set<number>();
  readonly #staying = new Map<number, Stay>();
  readonly #stays: Stay[] = [];
  readonly #regions: { readonly name: string; readonly goroutine: number; readonly stretch: Stretch }[] = [];
  readonly #tasks = new Map<bigint, Task>();
  #lastSync = 0;
  end = 0;

  static async of(trace: Uint8Array): Promise<WaitingStays> {
    const all = new WaitingStays();
    for await (const event of readTrace(trace)) {
      all.end = event.timeNs;
      if (event.kind === 'Sync') all.#lastSync = event.timeNs;
      else if (event.kind === 'RegionBegin' || event.kind === 'RegionEnd') all.#region(event);
      else if (event.kind === 'TaskBegin' || event.kind === 'TaskEnd') all.#mark(event);
      else if (event.kind === 'Log') all.#takePart(BigInt(event.task), Number(event.goroutine ?? -1));
      else if (event.kind === 'StateTransition' && event.subjectGoroutine !== undefined) all.#move(event);
    }
    all.#finish();
    return all;
  }

  get goroutines(): readonly number[] {
    return [...this.#ids];
  }

  get groups(): readonly string[] {
    return [...new Set(this.#stays.map(({ life }) => life.name))];
  }

  get regionNames(): readonly string[] {
    return [...new Set(this.#regions.map(({ name }) => name))].filter((name) => name !== '');
  }

  /** Numbers and names of those whose beginning is known. */
  get tasks(): readonly string[] {
    const begun = [...this.#tasks].filter(([id, { start, name }]) => id !== 0n && start > 0 && name !== '');
    return [...new Set([...begun.map(([id]) => String(id)), ...begun.map(([, { name }]) => name)])];
  }

  #move(event: GoroutineTransition): void {
    const { from, to, timeNs: time } = event;
    if (from === to) return;
    const id = Number(event.subjectGoroutine);
    const isNew = from === 'Undetermined' || from === 'NotExist';
    if (isNew) this.#begin(id, event);
    const life = this.#alive.get(id);
    if (!life) return;
    const stay = this.#staying.get(id);
    if (stay) stay.end = time;
    this.#staying.delete(id);
    this.#name(life, event);
    const start = from === 'Undetermined' ? this.#lastSync : time;
    if (to === 'Running') life.firstRun = Math.min(life.firstRun, time);
    const isOver = to === 'NotExist' || (to === 'Waiting' && event.reason === 'forever');
    // What a goroutine did until it was announced in a state for good is still a stay, though Go has none.
    if (to === 'Runnable' || to === 'Waiting' || to === 'Syscall') this.#stay(life, to, event, start, isOver);
    if (isOver) this.#die(life, time);
  }

  #begin(id: number, event: GoroutineTransition): void {
    // What it was doing when it is announced anew is not known.
    const stay = this.#staying.get(id);
    if (stay) this.#stays.splice(this.#stays.indexOf(stay), 1);
    this.#staying.delete(id);
    const life: Life = { id, name: '', isNamed: false, firstRun: Infinity, end: Infinity, regions: [] };
    const creator = this.#alive.get(Number(event.goroutine ?? -1));
    if (event.from === 'NotExist' && creator && creator.regions.length > 0)
      life.regions.push({ name: '', start: event.timeNs });
    this.#alive.set(id, life);
    this.#ids.add(id);
  }

  #stay(life: Life, state: Stay['state'], event: GoroutineTransition, start: number, isOver: boolean): void {
    const stay: Stay = {
      life,
      state,
      reason: event.reason ?? '',
      stack: event.stack ?? [],
      start,
      firstEvent: event.timeNs,
      isBeforeRun: life.firstRun === Infinity,
      end: event.timeNs,
      isOpen: false,
    };
    this.#stays.push(stay);
    if (!isOver) this.#staying.set(life.id, stay);
  }

  #name(life: Life, event: GoroutineTransition): void {
    if (life.isNamed) return;
    const isUnblocked = event.from === 'Waiting' && event.to === 'Runnable';
    const own = event.from === 'NotExist' ? event.newStack : isUnblocked ? undefined : event.stack;
    if (!own || own.length === 0) return;
    life.name = own.at(-1)!.function;
    life.isNamed = life.name !== '';
  }

  #die(life: Life, time: number): void {
    life.end = time;
    this.#alive.delete(life.id);
    if (isSystem(life.name)) return;
    for (const { name, start } of life.regions)
      this.#regions.push({ name, goroutine: life.id, stretch: [start, time] });
  }

  #region(event: RegionEvent): void {
    const life = this.#alive.get(Number(event.goroutine ?? -1));
    if (!life) return;
    if (event.kind === 'RegionBegin') {
      life.regions.push({ name: event.type, start: event.timeNs });
      this.#takePart(BigInt(event.task), life.id);
      return;
    }
    const open = life.regions.pop();
    if (!open) this.#takePart(BigInt(event.task), life.id);
    const { name, start } = open ?? { name: event.type, start: 0 };
    this.#regions.push({ name, goroutine: life.id, stretch: [start, event.timeNs] });
  }

  #takePart(task: bigint, goroutine: number): Task {
    const known = this.#tasks.get(task) ?? { name: '', start: 0, end: Infinity, goroutines: new Set() };
    this.#tasks.set(task, known);
    known.goroutines.add(goroutine);
    return known;
  }

  #mark(event: TaskEvent): void {
    const task = this.#takePart(BigInt(event.task), Number(event.goroutine ?? -1));
    task.name = event.type;
    if (event.kind === 'TaskBegin') task.start = event.timeNs;
    else task.end = event.timeNs;
  }

  #finish(): void {
    for (const stay of this.#staying.values()) {
      stay.end = this.end;
      stay.isOpen = true;
    }
    for (const life of this.#alive.values()) {
      if (isSystem(life.name)) continue;
      for (const { name, start } of life.regions)
        this.#regions.push({ name, goroutine: life.id, stretch: [start, this.end] });
    }
  }

  /** By part of the profile: ours. */
  profile(kind: ProfileKind, scope: OracleScope): Readonly<Record<ProfilePartName, StaysByStack>> {
    const part = (): Map<string, { count: number; ns: number }> => new Map();
    const found = { ended: part(), beforeRun: part(), open: part() };
    const stretches = this.#stretches(scope);
    for (const stay of this.#stays) {
      const { life, isOpen, isBeforeRun } = stay;
      if (!tests[kind](stay) || !isChosen(life, scope)) continue;
      const ns = timeWithin([stay.start, stay.end], stretches(life.id), scope);
      if (ns > 0) add(found[isOpen ? 'open' : isBeforeRun ? 'beforeRun' : 'ended'], frameKey(stay.stack), ns);
    }
    return found;
  }

  /**
   * As Go's tool has it: cmd/trace/pprof.go. Stacks are told apart by their addresses. (Where a number comes twice, which Go's own runtime
   * never does, Go's tool knows only the later life; here are both.)
   */
  profileAsGo(kind: ProfileKind, scope: OracleScope): StaysByStack {
    const found = new Map<string, { count: number; ns: number }>();
    const stretches = this.#stretches(scope);
    const isByRegion = scope.region !== undefined || scope.task !== undefined;
    for (const stay of this.#stays) {
      const { life } = stay;
      if (stay.isOpen || !tests[kind](stay) || !isChosen(life, scope)) continue;
      const since = life.firstRun === Infinity ? 0 : life.firstRun;
      const own: readonly Stretch[] = isByRegion
        ? stretches(life.id)
        : [[since, Math.min(this.end, life.end)]];
      const ns = timeWithin([stay.firstEvent, stay.end], own, scope);
      if (ns > 0) add(found, addressKey(stay.stack), ns);
    }
    return found;
  }

  #stretches({ region, task, from, until }: OracleScope): (goroutine: number) => readonly Stretch[] {
    const known = new Map<number, readonly Stretch[]>();
    const whole: readonly Stretch[] = [[from, until]];
    const compute = (goroutine: number): readonly Stretch[] => {
      const ofRegion = region === undefined ? whole : this.#outermost(goroutine, region);
      const ofTask = task === undefined ? whole : this.#inTask(goroutine, task);
      return ofRegion.flatMap((a) => ofTask.map((b) => common(a, b))).filter(([a, b]) => a < b);
    };
    return (goroutine) => {
      const own = known.get(goroutine) ?? compute(goroutine);
      known.set(goroutine, own);
      return own;
    };
  }

  #outermost(goroutine: number, region: string): readonly Stretch[] {
    const own = this.#regions.filter((one) => one.goroutine === goroutine && one.name === region);
    const sorted = own.map(({ stretch }) => stretch).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const kept: Stretch[] = [];
    for (const one of sorted) if ((kept.at(-1)?.[1] ?? 0) <= one[0]) kept.push(one);
    return kept;
  }

  /** Moments of several tasks count once. */
  #inTask(goroutine: number, task: string): readonly Stretch[] {
    const byNumber = /^\d+$/.test(task) ? this.#tasks.get(BigInt(task)) : undefined;
    const wanted = byNumber ? [byNumber] : [...this.#tasks.values()].filter(({ name }) => name === task);
    const own = wanted.filter(({ goroutines }) => goroutines.has(goroutine));
    const edges = [...new Set(own.flatMap(({ start, end }) => [start, Math.min(end, this.end)]))];
    edges.sort((a, b) => a - b);
    const pieces = edges.slice(1).map((end, i): Stretch => [edges[i]!, end]);
    return pieces.filter(([a, b]) => own.some(({ start, end }) => start <= a && b <= end));
  }
}

const common = (a: Stretch, b: Stretch): Stretch => [Math.max(a[0], b[0]), Math.min(a[1], b[1])];

function timeWithin(stay: Stretch, stretches: readonly Stretch[], { from, until }: OracleScope): number {
  const cut = common(stay, [from, until]);
  return stretches.reduce((so, one) => {
    const [start, end] = common(cut, one);
    return so + Math.max(0, end - start);
  }, 0);
}

const isChosen = ({ id, name }: Life, { goroutines, groups }: OracleScope): boolean =>
  (goroutines?.includes(id) ?? true) && (groups?.includes(name) ?? true);

function add(to: Map<string, { count: number; ns: number }>, stack: string, ns: number): void {
  const own = to.get(stack) ?? { count: 0, ns: 0 };
  to.set(stack, own);
  own.count++;
  own.ns += ns;
}

const hasSyncReason = (reason: string): boolean => /chan|sync|select/.test(reason) && !isOfGc(reason);
const isOfGc = (reason: string): boolean => reason.startsWith('GC ') || reason === 'wait until GC ends';

const tests: Readonly<Record<ProfileKind, (stay: Stay) => boolean>> = {
  net: ({ state, reason }) => state === 'Waiting' && reason === 'network',
  sync: ({ state, reason }) => state === 'Waiting' && hasSyncReason(reason),
  syscall: ({ state }) => state === 'Syscall',
  sched: ({ state }) => state === 'Runnable',
  sleep: ({ state, reason }) => state === 'Waiting' && reason === 'sleep',
  gc: ({ state, reason }) => state === 'Waiting' && isOfGc(reason),
  preempt: ({ state, reason }) => state !== 'Syscall' && reason === 'preempted',
  all: ({ state }) => state === 'Waiting',
};

/** Go's rule (internal/trace/summary.go). */
const isSystem = (name: string): boolean =>
  name === '' || (name !== 'runtime.main' && name.startsWith('runtime.'));

/** A frame, of an event or of a profile. */
interface KeyFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly pc: string | number;
}

export type FrameKey = (stack: readonly KeyFrame[]) => string;

export const frameKey: FrameKey = (stack) =>
  stack.map(({ pc, function: name, line }) => `${name}:${line}@${Number(pc)}`).join(';');

export const addressKey: FrameKey = (stack) => {
  const addresses = stack.slice(0, 128).map(({ pc }) => Number(pc));
  return addresses.join(';').replace(/(?:(?:^|;)0)+$/, '');
};
