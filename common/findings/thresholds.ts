/** From where on something stands out. What each is compared with stands in docs/figures.md, `What stands out`. */
import { durNs } from '../units.ts';

const ms = (value: number) => durNs(value * 1e6);

export const thresholds = {
  /** A collection stops the world for well below a millisecond as a rule. */
  longestStopNs: { warning: ms(1), problem: ms(10) },
  /** Of the processors' time. While it marks, the collector takes a quarter of the processors. */
  collectorShare: { warning: 0.1, problem: 0.25 },
  /** Of the program's running time. */
  assistShare: { warning: 0.02, problem: 0.1 },
  /** At so many collections a second the heap is small for what is allocated. */
  collectionsPerSecond: 10,
  /** The least of the heap in the last quarter, by that in the first. */
  heapGrowth: { factor: 2, leastBytes: 32e6 },
  /** Of the window. */
  idleWhileRunnable: { warning: 0.05, problem: 0.2 },
  /** Goroutines that could run for each processor, on the mean, with all processors busy. */
  queuePerProcessor: { warning: 1, problem: 10 },
  busyShare: 0.85,
  /** Go takes a processor from a goroutine after 10 ms, so that others run. */
  delayNs: { warning: ms(20), problem: ms(200) },
  /** Goroutines that wait for a lock, on the mean. */
  lockedGoroutines: { warning: 0.1, problem: 1 },
  /** Of all waiting for synchronization, and goroutines that wait there on the mean. */
  waitingPlace: { share: 0.3, goroutines: 1 },
  /** Mean length of system calls from one place, and of the window. */
  slowSyscalls: { meanNs: ms(5), share: 0.05 },
  /** Goroutines of one start function, how many a second, how short they run and live on the mean; life by the window. */
  shortGoroutines: { count: 10_000, perSecond: 1_000, runNs: durNs(100_000), lifeShare: 0.1 },
  /** Goroutines alive at the end, by those at the beginning. */
  pileUp: { factor: 3, least: 200 },
  /** Goroutines that wait in one place all the time. */
  stuck: { count: 50, share: 0.9 },
} as const;

/** More than that at once is read by nobody. */
export const mostFindings = 6;
