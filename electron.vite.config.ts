import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { figureTextsPlugin } from './tools/figure-texts/figure-texts.ts';

const root = import.meta.dirname;

/** Puts core.wasm beside the bundles that load it: they look for it with `import.meta.url`. */
function coreWasm(): Plugin {
  const file = resolve(root, 'core-wasm/build/core.wasm');
  return {
    name: 'core-wasm',
    apply: 'build',
    buildStart() {
      this.addWatchFile(file);
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'core.wasm', source: readFileSync(file) });
    },
  };
}

export default defineConfig({
  main: {
    plugins: [coreWasm()],
    build: {
      outDir: 'out/main',
      target: 'node24.18',
      sourcemap: true,
      rolldownOptions: {
        input: {
          electron: resolve(root, 'main/electron/main.ts'),
          server: resolve(root, 'main/server/main.ts'),
          'launch-support': resolve(root, 'main/host/launch-support.ts'),
          cli: resolve(root, 'main/cli/main.ts'),
          reader: resolve(root, 'main/reader/read-trace.ts'),
          'ingest-worker': resolve(root, 'main/ingest/ingest-worker.ts'),
          'order-worker': resolve(root, 'main/ingest/ordering/order-worker.ts'),
          'store-worker': resolve(root, 'main/ingest/store-worker.ts'),
          'events-worker': resolve(root, 'main/host/events-worker.ts'),
          'query-worker': resolve(root, 'main/host/query-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'main/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    base: './',
    plugins: [
      figureTextsPlugin(resolve(root, 'docs/figures.md')),
      svelte({ configFile: resolve(root, 'svelte.config.js') }),
    ],
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome156',
      sourcemap: true,
      assetsInlineLimit: 0,
      minify: true,
      rolldownOptions: { input: resolve(root, 'renderer/index.html') },
    },
  },
});
