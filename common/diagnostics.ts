import type { GenerationId } from './ids.ts';
import type { Bytes } from './units.ts';

/**
 * Trouble found inside a trace. What could be read is shown; the diagnostic says what is wrong, where, and how much of the
 * file is missing because of it.
 *
 *     {severity: 'error', code: 'file-truncated', generation: 3, atByte: 812034, lostBytes: 65122,
 *      sentence: 'The file ends in the middle of a batch.'}
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly sentence: string;
  /** Absent where the trouble lies outside any generation. */
  readonly generation?: GenerationId;
  readonly atByte: Bytes;
  /** How much of the file was not used because of it. */
  readonly lostBytes: Bytes;
}
