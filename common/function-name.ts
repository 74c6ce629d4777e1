/**
 * Go's name of a function in two parts:
 *
 *     google.golang.org/grpc/internal/transport.(*http2Client).reader
 *     ╰──────────────────── package ──────────╯╰─────── name ───────╯
 *
 * Type arguments may hold slashes of their own and do not count: `slices.SortFunc[go.shape.[]x/y.T]`.
 */
export interface FunctionName {
  /** With the dot that ends it. */
  readonly package: string;
  readonly name: string;
}

export function functionName(full: string): FunctionName {
  const bracket = full.indexOf('[');
  const plain = bracket < 0 ? full : full.slice(0, bracket);
  const dot = plain.indexOf('.', plain.lastIndexOf('/') + 1);
  return dot < 0
    ? { package: '', name: full }
    : { package: full.slice(0, dot + 1), name: full.slice(dot + 1) };
}
