/**
 * The lines of a table whose groups open in place:
 *
 *     line 0   group 0
 *     line 1   group 1      unfolded with 3 lines
 *     line 2     child 0
 *     line 3     child 1
 *     line 4     child 2
 *     line 5   group 2
 */
export interface Unfolded {
  /** Which group, counted in the order of the table. */
  readonly at: number;
  readonly lines: number;
}

export interface LinePlace {
  readonly group: number;
  /** Absent for the line of the group itself. */
  readonly child?: number;
}

/** `unfolded` is in the order of `at`. */
export function placeOfLine(line: number, unfolded: readonly Unfolded[]): LinePlace {
  let before = 0;
  for (const { at, lines } of unfolded) {
    const groupLine = at + before;
    if (line <= groupLine) break;
    if (line <= groupLine + lines) return { group: at, child: line - groupLine - 1 };
    before += lines;
  }
  return { group: line - before };
}

export const lineOfGroup = (group: number, unfolded: readonly Unfolded[]): number =>
  unfolded.reduce((line, { at, lines }) => (at < group ? line + lines : line), group);

export const lineCount = (groups: number, unfolded: readonly Unfolded[]): number =>
  unfolded.reduce((sum, { lines }) => sum + lines, groups);
