/** How much the cache may hold. */
import { sizeText, plain } from '#common/quantity-text.ts';
import { bytes } from '#common/units.ts';

export const defaultBudgetBytes = 8e9;

const unitBytes: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `GOPHERSCOPE_CACHE_LIMIT`: `20GB`, `500 MB`, or bytes. What cannot be understood is `warn`ed of, and the default holds. */
export function cacheBudget(warn: (sentence: string) => void, env = process.env): number {
  const text = env['GOPHERSCOPE_CACHE_LIMIT'];
  if (text === undefined || text.trim() === '') return defaultBudgetBytes;
  const [, count, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B|)\s*$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined)
    return Math.round(Number(count) * unitBytes[unit.toUpperCase()]!);
  warn(
    `GOPHERSCOPE_CACHE_LIMIT takes a size like 20GB or 500MB, not "${text}", so the cache is kept below ${plain(sizeText(bytes(defaultBudgetBytes)))} as usual.`,
  );
  return defaultBudgetBytes;
}
