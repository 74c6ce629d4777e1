import type { Caller } from '#common/rpc/handlers.ts';

/** So many answers are kept; the one that was used least lately goes first. */
const mostKept = 60;
/** What is asked again whenever one comes back to a page, and is the same as long as there is not more of the trace. */
const isKept = (method: string): boolean => method.startsWith('analyses.') || method === 'goroutines.groups';

/**
 * The same caller, which does not ask again what was answered about the same trace: coming back to a page shows it at once. `revision`:
 * changes when there is more to tell.
 */
export function keepingAnswers(caller: Caller, revision: () => number): Caller {
  const kept = new Map<string, unknown>();
  let keptFor = NaN;

  const answerOf = (key: string): unknown => {
    const answer = kept.get(key);
    if (answer === undefined) return undefined;
    kept.delete(key);
    kept.set(key, answer);
    return answer;
  };
  const keep = (key: string, answer: unknown): void => {
    kept.set(key, answer);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  };
  return {
    call: async (method, params, options) => {
      if (!isKept(method)) return caller.call(method, params, options);
      const asked = revision();
      if (asked !== keptFor) kept.clear();
      keptFor = asked;
      const key = `${method} ${JSON.stringify(params)}`;
      const known = answerOf(key);
      if (known !== undefined) return known as never;
      const answer = await caller.call(method, params, options);
      if (asked === revision()) keep(key, answer);
      return answer;
    },
  };
}
