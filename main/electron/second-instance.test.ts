import { expect, it, vi } from 'vitest';
import { app, BrowserWindow } from '../../e2e/electron-stand-in/electron.ts';

vi.mock('electron', () => import('../../e2e/electron-stand-in/electron.ts'));

it('a second instance leaves at once, without a window: the first one opens its file', async () => {
  app.lock = false;
  await import('./main.ts');
  expect(app.quits).toBe(1);
  expect(BrowserWindow.all).toEqual([]);
});
