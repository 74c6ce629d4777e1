import { spawn } from 'node:child_process';

/** The command that opens `address` in the user's browser; `undefined` where there is no screen to open it on. */
export function browserCommand(
  address: string,
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly [command: string, args: readonly string[]] | undefined {
  if (platform === 'darwin') return ['open', [address]];
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', address]];
  const hasScreen = Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
  return hasScreen ? ['xdg-open', [address]] : undefined;
}

/** Resolves to whether a browser was started. */
export function openBrowser(address: string): Promise<boolean> {
  const command = browserCommand(address);
  if (!command) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(command[0], [...command[1]], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}
