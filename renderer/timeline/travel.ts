import { onTheWay, sameWindow, type TimeWindow } from '#common/timeline/time-window.ts';

const easeOut = (share: number): number => 1 - (1 - share) ** 3;

/** How long the design lets a window travel; 0 with reduced motion. */
const travelMs = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--motion-travel')) || 0;

/** Takes the eye along from one window to another. Never for the user's own drag or wheel, which lead by themselves. */
export class Travel {
  #frame: number | undefined;

  go(from: TimeWindow, to: TimeWindow, show: (window: TimeWindow) => void): void {
    this.stop();
    const length = travelMs();
    if (length === 0 || sameWindow(from, to)) {
      show(to);
      return;
    }
    const begun = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, Math.max(0, now - begun) / length);
      this.#frame = share < 1 ? requestAnimationFrame(step) : undefined;
      show(onTheWay(from, to, easeOut(share)));
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}
