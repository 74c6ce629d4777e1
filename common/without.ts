/** The same without some of its parts. */
export function without<T extends object, K extends keyof T>(whole: T, ...parts: readonly K[]): Omit<T, K> {
  const rest = Object.entries(whole).filter(([name]) => !parts.some((part) => part === name));
  return Object.fromEntries(rest) as Omit<T, K>;
}
