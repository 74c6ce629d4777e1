/**
 * Kills a process at many moments: `node tools/faults/run-faults.ts [--count N] [--seed N]`. The last line says how many moments
 * passed and failed.
 */
import { parseArgs } from 'node:util';
import { Random } from '../fuzz/random.ts';
import { prepareKilling, programNames } from './killed-process.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const random = new Random(Number(values.seed), 0);
const killing = await prepareKilling();
let failed = 0;
try {
  for (let i = 0; i < count; i++) {
    const program = programNames[i % programNames.length]!;
    // One in each piece of the whole duration, and a little beyond it.
    const share = ((i + random.below(1000) / 1000) / count) * 1.05;
    const ms = Math.round(killing.durationMs[program] * share);
    const complaint = await killing.killAfter(program, ms);
    if (complaint === undefined) continue;
    failed++;
    console.log(`The ${program} that was killed after ${ms} ms: ${complaint}.`);
  }
} finally {
  killing.dispose();
}
console.log(`${count - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
