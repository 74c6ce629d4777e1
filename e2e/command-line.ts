/** What the command line says of a trace, for the specs to compare with what the page shows. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalysisResult } from '#common/analyses/registry.ts';

const program = join(import.meta.dirname, '..', 'bin', 'gopherscope.mjs');

/** One stay of a goroutine in a state of Go's; times in ns since the trace's first event. */
export interface Stay {
  readonly goroutine: number;
  readonly state: string;
  /** Empty unless it waits. */
  readonly reason: string;
  readonly from: number;
  readonly until: number;
  /** Who ended it; null: no goroutine. */
  readonly endedBy: number | null;
}

interface Transition {
  readonly timeNs: number;
  readonly goroutine: number | null;
  readonly to: string;
  readonly reason?: string;
}

export interface OneTask {
  /** 64 bits, in decimal. */
  readonly id: string;
  readonly type: string;
  readonly durationNs: number;
}

export interface OneTaskEvent {
  readonly ns: number;
  readonly goroutine: number;
  readonly name: string;
}

export interface OneRegion {
  readonly type: string;
  readonly goroutine: number;
  readonly startNs: number;
  readonly durationNs: number;
}

export interface Totals {
  readonly [column: string]: number;
}

export interface FunctionTimes {
  readonly selfNs: number;
  readonly totalNs: number;
  readonly waits: number;
}

interface StacksJson {
  readonly frames: readonly { readonly function: string }[];
  readonly stackStarts: readonly number[];
  readonly stackFrames: readonly number[];
  readonly values: readonly { readonly type: string; readonly values: readonly number[] }[];
}

interface ProfileJson {
  readonly parts: Readonly<Record<string, { readonly profile: StacksJson }>>;
}

function addFunctionTimes(times: Map<string, FunctionTimes>, profile: StacksJson): void {
  const column = (type: string): readonly number[] =>
    profile.values.find((values) => values.type === type)?.values ?? [];
  for (const [stack, ns] of column('delay').entries()) {
    const names = profile.stackFrames
      .slice(profile.stackStarts[stack], profile.stackStarts[stack + 1])
      .map((frame) => profile.frames[frame]?.function ?? '');
    for (const name of new Set(names)) {
      const { selfNs = 0, totalNs = 0, waits = 0 } = times.get(name) ?? {};
      times.set(name, {
        selfNs: selfNs + (names[0] === name ? ns : 0),
        totalNs: totalNs + ns,
        waits: waits + (column('contentions')[stack] ?? 0),
      });
    }
  }
}

/** Answers of one trace, with a cache of their own. */
export class CommandLine {
  readonly #trace: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gopherscope-cli-'));

  constructor(trace: string) {
    this.#trace = trace;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What a command answers as JSON. */
  json(command: string, ...options: readonly string[]): unknown {
    return JSON.parse(this.#run(command, ...options, '--format', 'json'));
  }

  /** Of the trace. */
  lengthNs(): number {
    return (JSON.parse(this.#run('goroutines', '--by', 'group', '--format', 'json')) as { untilNs: number })
      .untilNs;
  }

  goroutinesOf(group: string): readonly number[] {
    const answer = this.#run('goroutines', '--group', group, '--format', 'json');
    return (JSON.parse(answer) as { goroutines: { id: number }[] }).goroutines.map(({ id }) => id);
  }

  /** Sums of states, ns, over the goroutines that `choice` names and the time between. */
  totals(from: number, until: number, ...choice: readonly string[]): Totals {
    const window = ['--from', from.toString(), '--until', until.toString()];
    const answer = this.#run('goroutines', ...window, ...choice, '--by', 'group', '--format', 'json');
    const { groups } = JSON.parse(answer) as { groups: { figures: Record<string, { sum: number }> }[] };
    const totals: Record<string, number> = {};
    for (const { figures } of groups)
      for (const [column, { sum }] of Object.entries(figures)) totals[column] = (totals[column] ?? 0) + sum;
    return totals;
  }

  /** What a goroutine did, in order of time, without what the trace does not show the end of. */
  stays(goroutine: number): readonly Stay[] {
    const filter = ['--goroutine', goroutine.toString(), '--kind', 'StateTransition'];
    const events = this.#run('events', ...filter, '--no-stacks', '--format', 'json')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Transition & { readonly subjectGoroutine: number })
      .filter(({ subjectGoroutine }) => subjectGoroutine === goroutine);
    return events.slice(1).map((end, index) => {
      const begin = events[index]!;
      return {
        goroutine,
        state: begin.to,
        reason: begin.to === 'Waiting' ? (begin.reason ?? '') : '',
        from: begin.timeNs,
        until: end.timeNs,
        endedBy: end.goroutine,
      };
    });
  }

  slowestTask(): OneTask {
    const { tasks } = JSON.parse(this.#run('tasks', '--each', '--limit', '1', '--format', 'json')) as {
      tasks: (Omit<OneTask, 'id'> & { readonly id: number })[];
    };
    return { ...tasks[0]!, id: tasks[0]!.id.toString() };
  }

  taskEvents(task: string): readonly OneTaskEvent[] {
    const answer = this.#run('tasks', '--task', task, '--format', 'json');
    return (JSON.parse(answer) as { events: OneTaskEvent[] }).events;
  }

  slowestRegion(): OneRegion {
    const answer = this.#run('regions', '--each', '--limit', '1', '--format', 'json');
    return (JSON.parse(answer) as { regions: OneRegion[] }).regions[0]!;
  }

  /** The functions of the stack with which a goroutine's stay began, the innermost first. */
  stackAt(goroutine: number, time: number): readonly string[] {
    const window = ['--from', time.toString(), '--until', (time + 1).toString()];
    const filter = ['--goroutine', goroutine.toString(), '--kind', 'StateTransition'];
    const [event = '{}'] = this.#run('events', ...window, ...filter, '--format', 'json').split('\n');
    const { stack = [] } = JSON.parse(event) as { stack?: { function: string }[] };
    return stack.map((frame) => frame.function);
  }

  /** What each function takes, as a profile of waiting has it; a stack counts once for a function. */
  functionTimes(kind: string, ...choice: readonly string[]): ReadonlyMap<string, FunctionTimes> {
    const { parts } = JSON.parse(this.#run(`profile ${kind}`, ...choice, '--format', 'json')) as ProfileJson;
    const times = new Map<string, FunctionTimes>();
    for (const { profile } of Object.values(parts)) addFunctionTimes(times, profile);
    return times;
  }

  /** When the events are that pass, filtered as the command's options say, ns. */
  eventTimes(...filter: readonly string[]): readonly number[] {
    const lines = this.#run('events', ...filter, '--no-stacks', '--format', 'json')
      .split('\n')
      .slice(0, -1);
    return lines.map((line) => (JSON.parse(line) as { timeNs: number }).timeNs);
  }

  /** What `gc`, `mmu` or `scheduler` answers. */
  analysis<Name extends 'gc' | 'goroutines' | 'mmu' | 'scheduler'>(
    name: Name,
    ...options: readonly string[]
  ): AnalysisResult<Name> {
    return JSON.parse(this.#run(name, ...options, '--format', 'json')) as AnalysisResult<Name>;
  }

  /** `profile sync` and its options: the trace stands behind what an analysis is about. */
  #run(...args: readonly string[]): string {
    const [command = '', ...options] = args;
    return execFileSync(process.execPath, [program, ...command.split(' '), this.#trace, ...options], {
      encoding: 'utf8',
      maxBuffer: 256 << 20,
      env: {
        ...process.env,
        GOPHERSCOPE_CACHE_DIR: join(this.#folder, 'cache'),
        GOPHERSCOPE_DATA_DIR: join(this.#folder, 'data'),
      },
    });
  }
}
