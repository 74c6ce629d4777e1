/** Measures how the window feels: `npm run bench:ui -- TRACE [--pages] [--scale N] [--json]`, over the built app. See docs/performance.md. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startApp } from '../../e2e/running-server.ts';
import { repository } from '../source-files.ts';
import { pagesReportText } from './pages-report.ts';
import { pagesSession } from './pages-session.ts';
import { timelineSession } from './timeline-session.ts';
import { uiReport, uiReportText } from './ui-report.ts';

/** So often each page is opened. */
const rounds = 12;

const { values, positionals } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    /** The pages instead of the timeline. */
    pages: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [given] = positionals;
const scale = Number(values.scale);
if (given === undefined || !existsSync(given) || !(scale > 0)) {
  console.error('Usage: npm run bench:ui -- TRACE [--pages] [--scale N] [--json]');
  process.exit(2);
}
if (!existsSync(join(repository, 'out', 'renderer', 'index.html'))) {
  console.error('bench-ui: the app is not built; run "npm run build" first.');
  process.exit(1);
}
const trace = resolve(given);
const app = await startApp();
try {
  const hash = `#/timeline?file=${encodeURIComponent(trace)}`;
  const wish = { address: app.address, hash, scale, patienceMs: 120_000 };
  if (values.pages) {
    const session = await pagesSession(wish, rounds);
    console.log(values.json ? JSON.stringify(session, null, 2) : pagesReportText(session));
  } else {
    const report = uiReport(trace, scale, await timelineSession(wish));
    console.log(values.json ? JSON.stringify(report, null, 2) : uiReportText(report));
  }
} catch (error) {
  console.error(`bench-ui: ${error instanceof Error ? error.message : String(error)}.`);
  process.exitCode = 1;
} finally {
  await app.stop();
}
