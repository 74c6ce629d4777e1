import { describe, expect, it } from 'vitest';
import { importComplaints } from './import-rules.ts';

const complaints = (path: string, text: string): readonly string[] => importComplaints({ path, text });

describe('imports that follow the table', () => {
  it.each([
    ['common/rpc/client.ts', "import { Failure } from '../errors.ts';"],
    ['main/rpc/server.ts', "import { Failure } from '#common/errors.ts';\nimport * as v from 'valibot';"],
    ['main/host/host.ts', "import { startIngest } from '#main/ingest/start-ingest.ts';"],
    ['main/electron/main.ts', "import { app } from 'electron';"],
    ['db/open.ts', "import Database from 'better-sqlite3';\nconst q = 'SELECT a FROM b WHERE c = ?';"],
    ['renderer/App.svelte', '<script lang="ts">\n  import { bytes } from \'#common/units.ts\';\n</script>'],
    ['renderer/pages/a/APage.svelte', "<script>import X from '../../widgets/X.svelte';</script>"],
    ['main/analyses/handlers.ts', "import { a } from './goroutines/groups.ts';"],
    ['main/analyses/groups.test.ts', "import { startIngest } from '#main/ingest/start-ingest.ts';"],
    ['main/electron/main.test.ts', "import { app } from '../../e2e/electron-stand-in/electron.ts';"],
    ['core-wasm/assembly/index.ts', "export { decode } from './varint';"],
    ['tools/bench/bench.ts', "import { createHost } from '#main/host/host.ts';"],
    ['renderer/state/app.svelte.ts', "const label = 'Select a row from the table';"],
  ])('are fine: %s', (path, text) => {
    expect(complaints(path, text)).toEqual([]);
  });
});

describe('imports that break a rule', () => {
  it.each([
    ['common/x.ts', "import { readFile } from 'node:fs';", 'common runs without Node'],
    ['common/x.ts', "import { join } from 'path';", 'common runs without Node'],
    ['common/x.ts', "import { serve } from '#main/rpc/server.ts';", 'nothing outside of itself'],
    ['renderer/x.ts', "import type { Host } from '#main/host/host.ts';", 'renderer may import only: common'],
    ['renderer/X.svelte', '<script lang="ts">import { x } from \'#db/schema.ts\';</script>', 'only: common'],
    ['db/x.ts', "export { y } from '#core-wasm/host/core.ts';", 'db may import only: common'],
    ['main/rpc/x.ts', "const h = await import('#main/host/host.ts');", 'main/rpc may import only: common'],
    ['main/cli/x.ts', "import { a } from '#db/schema.ts';", 'main/cli may import only'],
    ['main/host/x.ts', "import { app } from 'electron';", 'which only main/electron may'],
    ['main/host/x.ts', "import Database from 'better-sqlite3';", 'which only db may'],
    [
      'main/host/x.ts',
      "import { serve } from '../rpc/server.ts';",
      'across folders write "#main/rpc/server.ts"',
    ],
    ['main/host/x.ts', "import { y } from '#main/host/y.ts';", 'write it relatively'],
    ['core-wasm/assembly/x.ts', "import { y } from '../host/y';", 'nothing outside of itself'],
    ['main/analyses/tasks/x.ts', "import { y } from '../regions/y.ts';", 'may know its neighbours'],
    ['main/exporters/pprof/x.ts', "import { y } from '../folded/y.ts';", 'may know its neighbours'],
    ['renderer/pages/tasks/x.ts', "import { y } from '../gc/y.ts';", 'may know its neighbours'],
    [
      'renderer/x.test.ts',
      "import { createHost } from '#main/host/host.ts';",
      'renderer may import only: common',
    ],
    ['main/host/x.ts', "db.prepare('SELECT a FROM b');", 'stands only in db'],
    ['main/host/x.ts', 'db.prepare(`insert into a values (${b})`);', 'stands only in db'],
    ['main/ingest/x.ts', "db.exec('PRAGMA journal_mode = WAL');", 'stands only in db'],
  ])('are seen: %s: %s', (path, text, words) => {
    expect(complaints(path, text).join('\n')).toContain(words);
  });
});
