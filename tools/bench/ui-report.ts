/** From what was recorded in the page to figures, and to a table for people. */
import type { PageMemory, PlayedStep, TimelineSession } from './timeline-session.ts';
import { table } from './report-text.ts';

export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface StepReport {
  readonly name: string;
  readonly ms: number;
  readonly eventsASecond: number;
  /** From the start of a frame to the start of the next. */
  readonly frames: Spread;
  /** From an event to the end of the frame with its answer. */
  readonly answers: Spread;
}

export interface UiReport {
  readonly trace: string;
  readonly scale: number;
  readonly all: StepReport;
  readonly steps: readonly StepReport[];
  /** Presses and keys until their picture was shown, as the browser tells it: only those of 16 ms and more. */
  readonly slowEvents: Spread;
  readonly longTasks: Spread;
  readonly memory: { readonly before: PageMemory; readonly after: PageMemory };
}

export function uiReport(trace: string, scale: number, session: TimelineSession): UiReport {
  const { recording, steps, before, after } = session;
  const first = steps[0]!;
  const whole: PlayedStep = {
    name: 'all',
    from: first.from,
    until: steps.at(-1)!.until,
    events: steps.reduce((sum, { events }) => sum + events, 0),
  };
  const report = (step: PlayedStep): StepReport => stepReport(step, session);
  return {
    trace,
    scale,
    all: report(whole),
    steps: steps.map(report),
    slowEvents: spread(recording.slowEvents.map(({ ms }) => ms)),
    longTasks: spread(recording.longTasks.map(({ ms }) => ms)),
    memory: { before, after },
  };
}

function stepReport({ name, from, until, events }: PlayedStep, { recording }: TimelineSession): StepReport {
  const { origin, frames, inputs } = recording;
  const isIn = (at: number): boolean => at + origin >= from && at + origin < until;
  const lengths = frames.slice(1).flatMap((at, i) => (isIn(at) ? [at - frames[i]!] : []));
  const answers = inputs.filter(({ at }) => isIn(at)).map(({ at, paintedAt }) => paintedAt - at);
  const ms = until - from;
  return {
    name,
    ms,
    eventsASecond: (events / ms) * 1000,
    frames: spread(lengths),
    answers: spread(answers),
  };
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

export function uiReportText({ all, steps, slowEvents, longTasks, memory }: UiReport): string {
  const rows = [all, ...steps].map(({ name, eventsASecond, frames, answers }) => [
    name,
    eventsASecond.toFixed(0),
    ...threeOf(frames),
    ...threeOf(answers),
  ]);
  const head = ['', 'events/s', 'frame p50', 'p95', 'max', 'answer p50', 'p95', 'max'];
  const others = [
    ['', 'count', 'p50', 'p95', 'max'],
    ['slow presses and keys', `${slowEvents.count}`, ...threeOf(slowEvents)],
    ['long tasks', `${longTasks.count}`, ...threeOf(longTasks)],
  ];
  const memories = [
    ['', 'before', 'after'],
    ['held by scripts', megabytes(memory.before.heapBytes), megabytes(memory.after.heapBytes)],
    ['page’s process', megabytes(memory.before.residentBytes), megabytes(memory.after.residentBytes)],
  ];
  return [table([head, ...rows]), table(others), table(memories)].join('\n\n');
}

const threeOf = ({ p50Ms, p95Ms, maxMs }: Spread): readonly string[] =>
  [p50Ms, p95Ms, maxMs].map((ms) => `${ms.toFixed(1)} ms`);
const megabytes = (count: number): string => (count === 0 ? '–' : `${(count / 1e6).toFixed(1)} MB`);
