import type { Devtools } from './devtools.ts';

export interface WheelTurn {
  readonly type: 'mouseWheel';
  readonly deltaX: number;
  readonly deltaY: number;
}

export const isWheel = (parameters: object): parameters is WheelTurn =>
  'type' in parameters && parameters.type === 'mouseWheel';

/** An answer to a turn that is played takes two frames, one to a real turn one; with so many on their way the page gets one a frame. */
const mostOnTheirWay = 4;

/**
 * What the browser does with a real wheel, and leaves out with one that is played to it: while the page has not taken the turns before,
 * those that follow become one. Otherwise a page that is a little too slow would fall behind more and more. Where turns were
 * joined, the time of the first counts.
 */
export class WheelQueue {
  readonly #page: Pick<Devtools, 'send'>;
  #next: (WheelTurn & { readonly timestamp: number }) | undefined;
  readonly #onTheirWay = new Set<Promise<void>>();

  constructor(page: Pick<Devtools, 'send'>) {
    this.#page = page;
  }

  add(turn: WheelTurn): void {
    const { deltaX = 0, deltaY = 0, timestamp = secondsSince1970() } = this.#next ?? {};
    this.#next = { ...turn, deltaX: deltaX + turn.deltaX, deltaY: deltaY + turn.deltaY, timestamp };
    this.#send();
  }

  /** Until the page has taken all of them. */
  async empty(): Promise<void> {
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
  }

  #send(): void {
    if (!this.#next || this.#onTheirWay.size >= mostOnTheirWay) return;
    const turn = this.#next;
    this.#next = undefined;
    const sent = this.#page.send('Input.dispatchMouseEvent', turn).then(() => {
      this.#onTheirWay.delete(sent);
      this.#send();
    });
    this.#onTheirWay.add(sent);
  }
}

const secondsSince1970 = (): number => (performance.timeOrigin + performance.now()) / 1000;
