import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RunningApp {
  readonly address: string;
  /** Where it keeps what the user left. */
  readonly dataFolder: string;
  /** Removes its folders too. */
  stop(): Promise<void>;
}

const server = join(import.meta.dirname, '..', 'out', 'main', 'server.js');

/** Starts the built server with a cache and user data of its own. */
export async function startApp(): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-e2e-'));
  const env = {
    ...process.env,
    GOPHERSCOPE_CACHE_DIR: join(folder, 'cache'),
    GOPHERSCOPE_DATA_DIR: join(folder, 'data'),
  };
  const child = spawn(process.execPath, [server, '--no-open'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { address: await addressOf(child), dataFolder: env.GOPHERSCOPE_DATA_DIR, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressOf(child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((resolve, reject: (error: Error) => void) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the server ended with status ${code ?? 'none'} before it had an address`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
