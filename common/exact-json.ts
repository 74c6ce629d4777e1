/** In every JavaScript engine that we run on, but not yet in TypeScript's library. */
const json = JSON as typeof JSON & { rawJSON(text: string): unknown };

const exact = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? json.rawJSON(String(value)) : value;

/** JSON in which bigints stand as the digits they are: `{"id":18446744073709551615}`. */
export const exactJson = (value: unknown): string => JSON.stringify(value, exact);
