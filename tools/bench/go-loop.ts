/** Go's own reader over the same file, keeping nothing: the least that reading a trace costs there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { measured } from './measured-process.ts';

export interface GoLoop {
  /** As it counts itself, without its start. */
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Builds it in `folder`; `undefined` where Go or its source is not there. */
export function buildGoLoop(source: string, folder: string): string | undefined {
  if (!existsSync(source) || spawnSync('go', ['version']).status !== 0) return undefined;
  const copy = join(folder, 'readloop');
  cpSync(source, copy, { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', copy]);
  const quiet = { cwd: copy, stdio: 'ignore' } as const;
  if (spawnSync('go', ['mod', 'tidy'], quiet).status !== 0) return undefined;
  if (spawnSync('go', ['build', '-o', 'loop', '.'], quiet).status !== 0) return undefined;
  return join(copy, 'loop');
}

/** `412345 events, 1.23 s, 0.34 million events a second` */
export async function runGoLoop(program: string, trace: string): Promise<GoLoop> {
  const { stdout, peakBytes } = await measured(program, [trace]);
  return { seconds: Number(/([\d.]+) s,/.exec(stdout)?.[1]), peakBytes };
}
