/** Runs a program and measures what it takes. */
import { spawn } from 'node:child_process';
import { watchMemory, type MemoryWatch } from './process-memory.ts';

export interface Run extends MemoryWatch {
  /** From before it was started until it has ended. */
  readonly ms: number;
  readonly stdout: string;
}

export async function measured(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const memory = watchMemory(child.pid!);
  const output: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  const status = await new Promise((resolve) => child.once('close', resolve));
  const ms = performance.now() - started;
  const watched = memory.stop();
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${String(status)}`);
  return { ms, stdout: Buffer.concat(output).toString(), ...watched };
}
