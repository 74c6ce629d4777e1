import { expect, it } from 'vitest';
import { browserCommand } from './open-browser.ts';

const address = 'http://127.0.0.1:1/?token=a';

it('opens the browser by each platform’s own means', () => {
  expect(browserCommand(address, 'darwin', {})).toEqual(['open', [address]]);
  expect(browserCommand(address, 'win32', {})?.[1]).toContain(address);
  expect(browserCommand(address, 'linux', { DISPLAY: ':0' })).toEqual(['xdg-open', [address]]);
  expect(browserCommand(address, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })?.[0]).toBe('xdg-open');
});

it('opens none where there is no screen', () => {
  expect(browserCommand(address, 'linux', {})).toBeUndefined();
});
