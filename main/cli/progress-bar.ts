import { durationText, sizeText } from '#common/quantity-text.ts';
import { bytes, durNs } from '#common/units.ts';
import { shown } from './output.ts';

const width = 30;

interface Reading {
  readonly readBytes: number;
  readonly elapsedMs: number;
  readonly events: number;
}

/** A line on standard error that says how far reading has come; nothing where that is no terminal. */
export class ProgressBar {
  #shown = false;

  update(reading: Reading, totalBytes?: number): void {
    if (!process.stderr.isTTY) return;
    this.#shown = true;
    process.stderr.write(`\r\x1b[K${progressLine(reading, totalBytes)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }
}

export function progressLine({ readBytes, elapsedMs, events }: Reading, totalBytes?: number): string {
  const rate = elapsedMs > 0 ? ` ${(events / elapsedMs / 1000).toFixed(1)} M events a second` : '';
  if (totalBytes === undefined || totalBytes === 0)
    return `Reading ${shown(sizeText(bytes(readBytes)))}${rate}`;
  const share = Math.min(1, readBytes / totalBytes);
  const filled = Math.round(share * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const left = share > 0 ? (elapsedMs * (1 - share)) / share : 0;
  const remaining =
    share > 0 && share < 1 ? `, ${shown(durationText(durNs(Math.round(left * 1e6))))} left` : '';
  return `Reading ${bar} ${shown(sizeText(bytes(readBytes)))} of ${shown(sizeText(bytes(totalBytes)))}${rate}${remaining}`;
}
