import type { AnalysisResult } from '#common/analyses/registry.ts';
import { totalColumns, type StateTotals } from '#common/analyses/goroutine-results.ts';
import type { TaskEvent } from '#common/analyses/task-analysis.ts';
import type { TimelineMarks } from '#common/analyses/timeline-details.ts';
import { widened, type TimeWindow } from '#common/timeline/time-window.ts';
import { durNs, traceNs } from '#common/units.ts';
import { Answer } from '../../state/answer.svelte.ts';
import { PagedRows } from '../../state/paged-rows.svelte.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { LaneTiles } from '../../timeline/lane-tiles.svelte.ts';
import { Viewport } from '../../timeline/viewport.svelte.ts';
import { taskStretch } from './task-stretch.ts';
import { inOrderOfEvents, waterfallLanes } from './waterfall-rows.ts';

export type TaskDetail = Extract<AnalysisResult<'tasks'>, { kind: 'task' }>;

/** So many goroutines have lanes. */
const mostLanes = 60;
const mostMarks = 2000;
/** Air beside the task, in shares of its length. */
const air = 0.02;

/** All about one task: its figures, its events, its goroutines over time. */
export class OneTask {
  readonly viewport = new Viewport();
  readonly tiles: LaneTiles;
  readonly detail = new Answer<TaskDetail>();
  readonly members = new Answer<AnalysisResult<'goroutines'>>();
  readonly sums = new Answer<StateTotals | undefined>();
  readonly marks = new Answer<TimelineMarks>();
  readonly events = new PagedRows<TaskEvent>(200);
  readonly task: string;
  readonly #trace: TraceState;

  constructor(trace: TraceState, task: string) {
    this.#trace = trace;
    this.task = task;
    this.tiles = new LaneTiles(trace);
  }

  readonly stretch = $derived.by((): TimeWindow | undefined => {
    const task = this.detail.value?.task;
    return task && taskStretch(task, this.#trace.facts?.durationNs ?? 0);
  });

  readonly goroutines = $derived.by(() => {
    const detail = this.detail.value;
    return detail ? inOrderOfEvents(detail.task.goroutines, detail.events).slice(0, mostLanes) : [];
  });

  readonly lanes = $derived.by(() =>
    waterfallLanes(
      this.task,
      this.goroutines,
      this.marks.value?.goroutines ?? [],
      this.detail.value?.children.slice(0, mostLanes) ?? [],
    ),
  );

  /** Start functions by goroutine. */
  readonly names = $derived(
    Object.fromEntries((this.members.value?.goroutines ?? []).map(({ id, name }) => [id, name])),
  );

  ask(scope: Scope): void {
    const { trace } = this.#trace.opened;
    const { caller } = this.#trace;
    const params = { trace, ...scopeParams(scope), task: this.task };
    const key = JSON.stringify(params);
    this.detail.ask(key, async ({ signal }) =>
      taskIn(await caller.call('analyses.tasks', { ...params, limit: 200 }, { signal })),
    );
    this.members.ask(key, ({ signal }) =>
      caller.call('analyses.goroutines', { ...params, by: 'goroutine', sort: 'id', limit: 1000 }, { signal }),
    );
    this.sums.ask(key, async ({ signal }) =>
      summed(await caller.call('analyses.goroutines', { ...params, by: 'group', limit: 0 }, { signal })),
    );
    this.events.ask(async (range, signal) => {
      const answer = taskIn(await caller.call('analyses.tasks', { ...params, ...range }, { signal }));
      return { revision: this.#trace.revision, rowCount: answer.eventCount, rows: answer.events };
    });
  }

  /** What the program marked in its goroutines, and where they are looked at. */
  show(stretch: TimeWindow, narrowed: TimeWindow | undefined): void {
    const { trace } = this.#trace.opened;
    const goroutines = this.goroutines;
    const params = { trace, ...stretch, goroutines, most: mostMarks };
    if (goroutines.length > 0)
      this.marks.ask(JSON.stringify(params), ({ signal }) =>
        this.#trace.caller.call('timeline.marks', params, { signal }),
      );
    const end = traceNs(Math.max(stretch.until, this.#trace.facts?.durationNs ?? 0));
    const whole = widened(stretch, air, { from: traceNs(0), until: end });
    this.viewport.whole = whole;
    this.viewport.look(narrowed ? cut(whole, narrowed) : whole);
  }

  fetch(): void {
    const { window, width } = this.viewport;
    this.tiles.want(
      window,
      width,
      this.goroutines.map((id) => `g${id}` as const),
    );
  }

  leave(): void {
    for (const answer of [this.detail, this.members, this.sums, this.marks]) answer.cancel();
    this.events.dispose();
    this.tiles.leave();
  }
}

function taskIn(answer: AnalysisResult<'tasks'>): TaskDetail {
  if (answer.kind !== 'task') throw new Error('one task was asked for');
  return answer;
}

/** What the window leaves of a stretch; all of it where that is nothing. */
function cut(whole: TimeWindow, { from, until }: TimeWindow): TimeWindow {
  const inside = {
    from: traceNs(Math.max(whole.from, from)),
    until: traceNs(Math.min(whole.until, until)),
  };
  return inside.until > inside.from ? inside : whole;
}

/** What all goroutines did in it. */
function summed({ groups = [] }: AnalysisResult<'goroutines'>): StateTotals | undefined {
  if (groups.length === 0) return undefined;
  const sum = (column: keyof StateTotals): number =>
    groups.reduce((so, { figures }) => so + figures[column].sum, 0);
  return Object.fromEntries(
    totalColumns.map((column) => [column, durNs(sum(column))]),
  ) as unknown as StateTotals;
}
