/**
 * Runs cases one after the other and tells the parent on standard output, a line each, at once: what a case does to this
 * process must not take the news of it along.
 *
 *     case 17          begins
 *     bad 17 <JSON>    ended as it may not
 *     again 17         to be run again as the first of another process
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { origins, mutant, type Mutant } from './mutant.ts';
import { noThreads } from '#main/ingest/ordered-trace.ts';
import { Random } from './random.ts';
import { ingestAndAsk, order, type How } from './run-case.ts';

export interface Bad {
  readonly story: string;
  readonly error: string;
}

const mostCpuMs = 2000;
const mostMemoryKb = 300 * 1024;

const [seed, from, until, folder, only] = process.argv.slice(2);
const say = (line: string): number => writeSync(1, `${line}\n`);

/** Most cases are only ordered; some are printed, cut into chunks, ordered generation by generation, or stored and asked for. */
async function run(index: number, { data }: Mutant): Promise<void> {
  const kind = index % 100;
  if (kind % 25 === 7)
    await ingestAndAsk(data, join(folder!, 'case.sqlite'), new Random(Number(seed), index));
  else if (kind === 17) await order(data, { format: 'go' });
  else if (kind === 27) await order(data, { format: 'json' });
  else if (kind === 37) await same(data, 'in chunks', { chunk: 7 });
  else if (kind % 10 === 3)
    await same(data, 'by generations', { threads: { ...noThreads, isolateHere: true } });
  else await order(data);
}

async function same(data: Uint8Array, name: string, how: How): Promise<void> {
  const whole = await order(data);
  const other = await order(data, how);
  if (whole.events !== other.events || whole.trouble !== other.trouble)
    throw new Error(`whole it ends as ${JSON.stringify(whole)}, ${name} as ${JSON.stringify(other)}`);
}

async function main(): Promise<void> {
  const all = origins(only);
  for (let index = Number(from); index < Number(until); index++) {
    say(`case ${index}`);
    const made = mutant(all, Number(seed), index);
    const bad = (error: string): unknown =>
      say(`bad ${index} ${JSON.stringify({ story: made.story, error })}`);
    const before = process.cpuUsage();
    try {
      await run(index, made);
    } catch (error) {
      bad(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > mostCpuMs) bad(`it takes ${Math.round((user + system) / 1000)} ms`);
    const { maxRSS } = process.resourceUsage();
    if (maxRSS > mostMemoryKb) {
      // The high-water mark stays, and may be that of all the cases before: another process tries this one first.
      if (index > Number(from)) say(`again ${index}`);
      else bad(`it takes ${Math.round(maxRSS / 1024)} MB`);
      return;
    }
  }
}

await main();
