import { Failure } from '#common/errors.ts';
import { inThrees } from '#common/quantity-text.ts';
import { mostCopied, tableText, type CopyFormat, type CopySource } from '../widgets/table-copy.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Puts a table into the clipboard and says what was copied. */
export async function copyTable<Row>(
  source: CopySource<Row>,
  format: CopyFormat,
  toasts: Toasts,
): Promise<void> {
  try {
    const { rows, rowCount } = await source.rows(mostCopied);
    await navigator.clipboard.writeText(tableText(source.columns, rows, format));
    const all =
      rows.length < rowCount
        ? `the first ${inThrees(rows.length)} of ${inThrees(rowCount)}`
        : inThrees(rowCount);
    toasts.say(`Copied ${all} ${source.noun} as ${format.toUpperCase()}`);
  } catch (error) {
    if (error instanceof Failure) toasts.say(`Nothing was copied. ${error.message}`, 'danger');
    else if (error instanceof DOMException)
      toasts.say('Nothing was copied: the browser does not let this page write to the clipboard.', 'danger');
    else throw error;
  }
}
