/** The tasks of a trace, page by page, for lanes that are grouped by task. */
import type { TaskPage } from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { TraceReader } from '#db/reader.ts';
import { Names, taskMark } from './task-mark.ts';

const mostGoroutines = 20;

export function timelineTasks(reader: TraceReader, params: Params<'timeline.tasks'>): TaskPage {
  const { sort, descending, offset, limit } = params;
  const { durationNs, revision } = reader.trace();
  const text = params.filter.trim();
  const filter = { traceEnd: durationNs, ids: [], ...(text === '' ? {} : { text }) };
  const rowCount = reader.tasks.count(filter);
  const count = Math.max(0, Math.min(limit, rowCount - offset));
  // From its nearer end a page is found with less sorting.
  const behind = rowCount - offset - count;
  const isFromEnd = behind < offset;
  // The order by duration has the longest first.
  const isReverse = (sort === 'duration' ? !descending : descending) !== isFromEnd;
  const tasks =
    count === 0 ? [] : reader.tasks.page(filter, sort, isReverse, Math.min(offset, behind), count);
  const names = new Names(reader);
  return {
    revision,
    rowCount,
    rows: (isFromEnd ? tasks.reverse() : tasks).map((task) => {
      const members = reader.tasks.members(task.id, mostGoroutines);
      const goroutines = members.first.map(goId);
      return { ...taskMark(task, names), goroutines, goroutineCount: members.count };
    }),
  };
}
