/** All time of goroutines, as a file for other tools. */
import type { StackProfile } from '#common/analyses/stack-profile.ts';
import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { foldedText, pprofFile, profileTsv } from './profile-files.ts';

/** The column of the values that is time. */
export const wallTimeColumn = 1;
const period = { type: 'wall', unit: 'nanoseconds', period: 1 };

interface StatePart {
  readonly state: StateClass;
  readonly profile: StackProfile;
}

/** The rows of each state by themselves; `withLeaf`: with the state at the leaf of each stack. */
function partsOf({ states, profile }: WallAnalysis, { withLeaf = false } = {}): readonly StatePart[] {
  return stateClasses.flatMap((state, place) => {
    const rows = [...states.keys()].filter((row) => states[row] === place);
    if (rows.length === 0) return [];
    return { state, profile: rowsOf(profile, rows, withLeaf ? `[${state}]` : undefined) };
  });
}

function rowsOf(profile: StackProfile, rows: readonly number[], leaf: string | undefined): StackProfile {
  const { frames, stackStarts, stackFrames } = profile;
  const first = leaf === undefined ? [] : [frames.length];
  const stacks = rows.map((row) => [
    ...first,
    ...stackFrames.subarray(stackStarts[row], stackStarts[row + 1]),
  ]);
  const starts = new Uint32Array(rows.length + 1);
  stacks.forEach((stack, i) => (starts[i + 1] = starts[i]! + stack.length));
  return {
    frames: leaf === undefined ? frames : [...frames, { function: leaf, file: '', line: 0, pc: 0 }],
    stackStarts: starts,
    stackFrames: Uint32Array.from(stacks.flat()),
    values: profile.values.map((column) => ({
      ...column,
      values: Float64Array.from(rows, (row) => column.values[row]!),
    })),
  };
}

export const wallPprof = (result: WallAnalysis): Uint8Array =>
  pprofFile(
    partsOf(result).map(({ state, profile }) => ({ profile, labels: [{ key: 'state', str: state }] })),
    period,
  );

/** `main.main;main.work;[sync] 250` */
export const wallFolded = (result: WallAnalysis): Generator<string> =>
  foldedText(
    partsOf(result, { withLeaf: true }).map(({ profile }) => profile),
    wallTimeColumn,
  );

/** The state stands before the frames. */
export function* wallTsv(result: WallAnalysis): Generator<string> {
  yield 'count\tns\tstate\tstack\n';
  for (const { state, profile } of partsOf(result))
    for (const line of profileTsv([profile])) {
      const [count, ns, frames] = line.split('\t');
      yield `${count}\t${ns}\t${state}\t${frames}`;
    }
}
