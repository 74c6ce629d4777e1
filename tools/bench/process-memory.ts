/** Memory of a process with all its children, as Linux counts it; nothing elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';

export interface MemorySample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface MemoryWatch {
  /** In order of time. */
  readonly curve: readonly MemorySample[];
  /** The most there was at one time. */
  readonly peakBytes: number;
}

const sampleEveryMs = 50;

/**
 * Samples until `stop`. Pages that processes share count for each: telling them apart (PSS) takes the system so long for a large
 * process that it would slow down what is measured.
 */
export function watchMemory(pid: number): { stop(): MemoryWatch } {
  const started = performance.now();
  const curve: MemorySample[] = [];
  const sample = (): void => {
    const bytes = treeOf(pid).reduce((sum, each) => sum + residentBytes(each), 0);
    if (bytes > 0) curve.push({ atMs: performance.now() - started, bytes });
  };
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { curve, peakBytes: Math.max(0, ...curve.map(({ bytes }) => bytes)) };
    },
  };
}

/** The process and its descendants. */
function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function childrenOf(pid: number): readonly number[] {
  return tasksOf(pid).flatMap((task) =>
    (fileText(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has ended.
    return [];
  }
}

/** 0 where it is not known. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(fileText(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) * 1024;

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
