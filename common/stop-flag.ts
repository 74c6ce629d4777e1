import { Failure } from './errors.ts';

/**
 * Asks another thread to stop, and it looks when it can: a thread that is ended from outside while native code runs on it may
 * bring the whole process down.
 */
export type StopFlag = Int32Array<SharedArrayBuffer>;

export const newStopFlag = (): StopFlag => new Int32Array(new SharedArrayBuffer(4));

export function askToStop(flag: StopFlag): void {
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

export const isStopped = (flag: StopFlag): boolean => Atomics.load(flag, 0) !== 0;

/** Throws the `Failure` of a cancelled request once somebody has asked. */
export function throwIfStopped(flag: StopFlag | undefined): void {
  if (flag && isStopped(flag)) throw new Failure('cancelled', 'The request was cancelled.');
}

/** For whoever waits for something that may never come; resolves once somebody has asked. */
export async function untilStopped(flag: StopFlag): Promise<void> {
  while (!isStopped(flag)) await Atomics.waitAsync(flag, 0, 0).value;
}
