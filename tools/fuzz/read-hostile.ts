/**
 * Reads one of the traces that are made to be expensive, in a process of its own, and prints what that took as JSON: `node
 * read-hostile.ts NAME SCALE DATABASE`.
 */
import { hostileTraces } from './hostile-traces.ts';
import { ingestAndAsk, order } from './run-case.ts';

const [name, scale, databasePath] = process.argv.slice(2);
const data = hostileTraces[name!]!(Number(scale));
const before = process.cpuUsage();
const ordered = await order(data);
const stored = await ingestAndAsk(data, databasePath!);
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    bytes: data.length,
    cpuMs: (user + system) / 1000,
    memoryMb: process.resourceUsage().maxRSS / 1024,
    ordered,
    stored,
  }),
);
