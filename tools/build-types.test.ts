import { expect, test } from 'vitest';
import { relativeImports } from './build-types.ts';

test('declarations import each other relatively, without the folders’ short names', () => {
  expect(
    relativeImports(
      `import type { A } from '#common/units.ts';
export type * from "#main/exporters/trace-event.ts";
export * from './other.ts';
declare const b: import('#main/reader/b.ts').B;
import type { C } from 'node:fs';`,
      'main/reader/read-trace.d.ts',
    ),
  ).toBe(`import type { A } from '../../common/units.js';
export type * from "../exporters/trace-event.js";
export * from './other.js';
declare const b: import('./b.js').B;
import type { C } from 'node:fs';`);
});
