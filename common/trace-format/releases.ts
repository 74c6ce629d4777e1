/**
 * The format versions of Go's execution traces, one line each. The header of a file names the version, which is the release
 * that brought it; later releases go on writing it.
 */
export interface TraceVersion {
  /** The NN of the header's `go 1.NN trace`. */
  readonly minor: number;
  /** The releases that write it. */
  readonly goVersions: string;
  readonly family: 'v1' | 'v2';
  /** A generation ends with a marker of its own; before, where the next one begins. */
  readonly explicitEnd: boolean;
  /** Every generation has a sync batch with a clock snapshot. */
  readonly clockSnapshot: boolean;
}

const v1 = (minor: number, goVersions: string): TraceVersion => ({
  minor,
  goVersions,
  family: 'v1',
  explicitEnd: false,
  clockSnapshot: false,
});
const v2 = (
  minor: number,
  goVersions: string,
  explicitEnd: boolean,
  clockSnapshot: boolean,
): TraceVersion => ({
  minor,
  goVersions,
  family: 'v2',
  explicitEnd,
  clockSnapshot,
});

export const traceVersions: readonly TraceVersion[] = [
  v1(11, 'Go 1.11 to 1.18'),
  v1(19, 'Go 1.19 or 1.20'),
  v1(21, 'Go 1.21'),
  v2(22, 'Go 1.22', false, false),
  v2(23, 'Go 1.23 or 1.24', false, false),
  v2(25, 'Go 1.25', false, true),
  v2(26, 'Go 1.26 or 1.27', true, true),
];

export const versionOf = (minor: number): TraceVersion | undefined =>
  traceVersions.find((v) => v.minor === minor);

/** Every trace begins with this many bytes: `go 1.NN trace` and three zeros. */
export const headerLength = 16;
