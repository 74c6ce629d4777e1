/** What a scope comes to for regions and tasks: these belong to a task or have a name, which goroutines' time does not. */
import type { Scope } from '#common/analyses/scope.ts';
import { Failure } from '#common/errors.ts';
import type { RegionFilter } from '#common/user-scan.ts';
import type { AnalysisInputs } from './inputs.ts';
import { selectionOf, type Selection } from './selection.ts';

export interface UserScope {
  /** Of time and goroutines alone. */
  readonly selection: Selection;
  /** Absent: whatever their task. Signed, as they are stored. */
  readonly tasks?: BigInt64Array;
  /** Absent: whatever their name. */
  readonly names?: readonly number[];
}

/** `type`: a name that must hold beside that of the scope. */
export function userScopeOf(inputs: AnalysisInputs, scope: Scope, type?: string): UserScope {
  const { task, region, ...rest } = scope;
  const { reader } = inputs;
  const selection = selectionOf(inputs, rest);
  const tasks = task === undefined ? undefined : reader.taskIdsCalled(task);
  if (tasks?.length === 0) throw notThere(`This trace has no user task "${task}".`);
  const names = [region, type].flatMap((name) => (name === undefined ? [] : [reader.namesCalled(name)]));
  const missing = [region, type].find((name) => name !== undefined && reader.namesCalled(name).length === 0);
  if (missing !== undefined) throw notThere(`This trace has no user region "${missing}".`);
  return {
    selection,
    ...(tasks ? { tasks } : {}),
    ...(names.length > 0
      ? { names: names.reduce((both, own) => both.filter((name) => own.includes(name))) }
      : {}),
  };
}

const notThere = (sentence: string): Failure => new Failure('bad-parameters', sentence);

export function regionFilter({ selection, tasks, names }: UserScope, traceEnd: number): RegionFilter {
  const { from, until, isWhole, isEverybody } = selection;
  return {
    traceEnd,
    ...(isWhole ? {} : { window: { from, until } }),
    ...(tasks ? { tasks } : {}),
    ...(names ? { names } : {}),
    ...(isEverybody ? {} : { hasOwner: (goroutine: number) => selection.has(goroutine) }),
  };
}
