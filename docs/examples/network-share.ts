/**
 * How much of their blocking a program's goroutines spend on the network:
 *
 *     node docs/examples/network-share.ts app.trace
 */
import { readTrace, type Integer, type TraceNs } from 'gopherscope';

const [, , path = ''] = process.argv;
const trace = readTrace(path, { stacks: false });

let [blocks, networkBlocks, blockedNs, networkNs] = [0, 0, 0, 0];
const blocked = new Map<Integer, { readonly sinceNs: TraceNs; readonly onNetwork: boolean }>();
let lastNs = 0;

function unblock(goroutine: Integer): void {
  const block = blocked.get(goroutine);
  if (!block) return;
  blocked.delete(goroutine);
  blockedNs += lastNs - block.sinceNs;
  if (block.onNetwork) networkNs += lastNs - block.sinceNs;
}

for await (const event of trace) {
  lastNs = event.timeNs;
  // Transitions of processors have no goroutine for a subject.
  if (event.kind !== 'StateTransition' || event.subjectGoroutine === undefined) continue;
  const { from, to, reason } = event;
  if (from === to) continue;
  if (from === 'Waiting') unblock(event.subjectGoroutine);
  // A goroutine that blocks for ever, as on a nil channel, is over.
  if (from !== 'Running' || to !== 'Waiting' || reason === 'forever') continue;
  const onNetwork = reason === 'network';
  blocked.set(event.subjectGoroutine, { sinceNs: event.timeNs, onNetwork });
  blocks++;
  if (onNetwork) networkBlocks++;
}
for (const goroutine of [...blocked.keys()]) unblock(goroutine);

const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(whole, 1)).toFixed(2)} %`;
console.log(`${percent(networkBlocks, blocks)} of ${blocks} blocks were on the network`);
console.log(`${percent(networkNs, blockedNs)} of ${blockedNs} ns blocked were on the network`);
for (const { sentence } of trace.diagnostics) console.error(sentence);
