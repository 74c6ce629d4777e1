import type { GoroutineWindowRow, GroupFigures } from '#common/analyses/goroutine-analysis.ts';
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

interface Members {
  /** The first of them, in order of their numbers. */
  readonly rows: readonly GoroutineWindowRow[];
  /** Of all of them; absent where there are none. */
  readonly sums: StateTotals | undefined;
}

const mostMembers = 1000;
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
  readonly members = new Answer<Members>();
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
    Object.fromEntries((this.members.value?.rows ?? []).map(({ id, name }) => [id, name])),
  );

  ask(scope: Scope): void {
    const { trace } = this.#trace.opened;
    const { caller } = this.#trace;
    const params = { trace, ...scopeParams(scope), task: this.task };
    const key = JSON.stringify(params);
    this.detail.ask(key, async ({ signal }) =>
      taskIn(await caller.call('analyses.tasks', { ...params, limit: 200 }, { signal })),
    );
    this.events.ask(async (range, signal) => {
      const answer = taskIn(await caller.call('analyses.tasks', { ...params, ...range }, { signal }));
      return { revision: this.#trace.revision, rowCount: answer.eventCount, rows: answer.events };
    });
  }

  /** What its goroutines did in it. */
  askMembers(scope: Scope, stretch: TimeWindow): void {
    const { trace } = this.#trace.opened;
    // Told where it lies, the host need not look elsewhere.
    const window = scope.window ? overlap(stretch, scope.window) : stretch;
    const params = {
      trace,
      ...scopeParams(scope),
      task: this.task,
      ...window,
      by: 'goroutine',
      sort: 'id',
      limit: mostMembers,
    } as const;
    this.members.ask(JSON.stringify(params), async ({ signal }) => {
      const { caller } = this.#trace;
      const answer = await caller.call('analyses.goroutines', params, { signal });
      const rows = answer.goroutines ?? [];
      if (answer.rowCount <= rows.length) return { rows, sums: summed(rows) };
      const question = { ...params, by: 'group', sort: 'total', limit: 0 } as const;
      const { groups = [] } = await caller.call('analyses.goroutines', question, { signal });
      return { rows, sums: summed(groups.map(({ figures }) => sumsOf(figures))) };
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
    this.viewport.look(narrowed ? overlap(whole, narrowed) : whole);
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
    for (const answer of [this.detail, this.members, this.marks]) answer.cancel();
    this.events.dispose();
    this.tiles.leave();
  }
}

function taskIn(answer: AnalysisResult<'tasks'>): TaskDetail {
  if (answer.kind !== 'task') throw new Error('one task was asked for');
  return answer;
}

/** What two stretches have in common; all of the first where that is nothing. */
function overlap(whole: TimeWindow, { from, until }: TimeWindow): TimeWindow {
  const inside = {
    from: traceNs(Math.max(whole.from, from)),
    until: traceNs(Math.min(whole.until, until)),
  };
  return inside.until > inside.from ? inside : whole;
}

/** What all goroutines did in it. */
function summed(rows: readonly StateTotals[]): StateTotals | undefined {
  if (rows.length === 0) return undefined;
  const sum = (column: keyof StateTotals): number => rows.reduce((so, row) => so + row[column], 0);
  return totals((column) => sum(column));
}

const sumsOf = (figures: GroupFigures['figures']): StateTotals => totals((column) => figures[column].sum);

const totals = (figure: (column: keyof StateTotals) => number): StateTotals =>
  Object.fromEntries(totalColumns.map((column) => [column, durNs(figure(column))])) as unknown as StateTotals;
