import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { figureTextsPlugin } from './tools/figure-texts/figure-texts.ts';

const root = import.meta.dirname;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{common,core-wasm/host,db,main,tools,bin,e2e}/**/*.test.ts'],
          globalSetup: [resolve(root, 'tools/vitest/build-core.ts')],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [
          figureTextsPlugin(resolve(root, 'docs/figures.md')),
          svelte({ configFile: resolve(root, 'svelte.config.js') }),
        ],
        // The browser's half of Svelte, not the one for rendering on a server.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts'],
          setupFiles: [resolve(root, 'tools/vitest/renderer-setup.ts')],
        },
      },
    ],
  },
});
