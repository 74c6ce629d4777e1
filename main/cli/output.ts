/** Standard output with backpressure, what a closed reader means, and figures as plain text. */
import { inThrees, noBreakSpace, plain, type QuantityText } from '#common/quantity-text.ts';

let readerIsGone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `| head` has seen enough: not a failure.
  if (error.code === 'EPIPE') readerIsGone = true;
  else throw error;
});

/** Resolves when there is room for more; false: nobody reads any more. */
export async function write(text: string | Uint8Array): Promise<boolean> {
  if (readerIsGone) return false;
  if (process.stdout.write(text)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      process.stdout.off('drain', done).off('error', done).off('close', done);
      resolve();
    };
    process.stdout.on('drain', done).on('error', done).on('close', done);
  });
  return !isGone();
}

const isGone = (): boolean => readerIsGone;

export const warn = (sentence: string): void => void process.stderr.write(`gopherscope: ${sentence}\n`);

/** Rows as aligned columns; `right` names those with figures. Two blanks between columns. */
export function textTable(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string => {
    const fill = ' '.repeat(Math.max(0, widths[column]! - text.length));
    return right.has(column) ? fill + text : text + fill;
  };
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

const withPlainBlanks = (text: string): string => text.replaceAll(noBreakSpace, ' ');

/** A quantity with its unit; blanks are plain, for whoever searches the output. */
export const shown = (quantity: QuantityText): string => withPlainBlanks(plain(quantity));

export const exactCount = (count: number): string => withPlainBlanks(inThrees(count));
