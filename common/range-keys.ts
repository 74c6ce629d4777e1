import { nameIx, type NameIx } from './ids.ts';

/** Special ranges by their key in a packed list (core-wasm/assembly/summary/accumulate.ts). */
const markAssist = 1;
const sweep = 2;
/** No range: time blocked in a system call that goes on (core-wasm/assembly/summary/totals.ts). */
export const pendingSyscallBlock = 3;
const firstStopTheWorld = 16;

/** The name that Go gives a range; `nameOf` finds the kind of a stop-the-world. */
export function rangeName(key: number, nameOf: (name: NameIx) => string): string {
  if (key === markAssist) return 'GC mark assist';
  if (key === sweep) return 'GC incremental sweep';
  return `stop-the-world (${nameOf(nameIx(key - firstStopTheWorld))})`;
}
