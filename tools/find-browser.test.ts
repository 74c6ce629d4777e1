import { expect, it } from 'vitest';
import { findBrowser } from './find-browser.ts';

const machine = (files: readonly string[], env: Record<string, string> = {}) => ({
  env: { PATH: '/usr/local/bin:/usr/bin', ...env },
  isProgram: (path: string) => files.includes(path),
});

it('finds a browser and its driver on the search path', () => {
  const files = ['/usr/bin/chromium', '/usr/bin/chromedriver'];
  expect(findBrowser(machine(files))).toEqual({
    program: '/usr/bin/chromium',
    driver: '/usr/bin/chromedriver',
  });
});

it('takes those it is told', () => {
  const env = { GOPHERSCOPE_CHROME: '/opt/chrome', GOPHERSCOPE_CHROMEDRIVER: '/opt/driver' };
  expect(findBrowser(machine([], env))).toEqual({ program: '/opt/chrome', driver: '/opt/driver' });
});

it('does not make do with one of the two', () => {
  expect(findBrowser(machine(['/usr/bin/google-chrome']))).toBeUndefined();
  expect(findBrowser(machine(['/usr/bin/chromedriver']))).toBeUndefined();
});
