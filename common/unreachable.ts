/** Closes a switch over a union: a member that was forgotten is a compile error, one that slipped past the types throws. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
