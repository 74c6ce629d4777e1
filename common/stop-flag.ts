import { Failure } from './errors.ts';

/**
 * Asks another thread to stop, and it looks when it can: a thread that is ended from outside while native code runs on it may
 * bring the whole process down.
 */
export type StopFlag = Int32Array<SharedArrayBuffer>;

export const newStopFlag = (): StopFlag => new Int32Array(new SharedArrayBuffer(4));

export const askToStop = (flag: StopFlag): void => void Atomics.store(flag, 0, 1);

export const isStopped = (flag: StopFlag): boolean => Atomics.load(flag, 0) !== 0;

/** Throws the `Failure` of a cancelled request once somebody has asked. */
export function throwIfStopped(flag: StopFlag | undefined): void {
  if (flag && isStopped(flag)) throw new Failure('cancelled', 'The request was cancelled.');
}
