/** What the page sees of itself while it is used. Runs in the page: it is sent there as text, and may use nothing from outside. */

export interface PageRecording {
  /** Points in time are milliseconds of the page's clock, which began at `origin`, in milliseconds since 1970. */
  readonly origin: number;
  /** When each frame began. */
  readonly frames: readonly number[];
  /** Events of input by kind: when it happened, and when the frame was done in which it was answered. */
  readonly inputs: readonly { readonly kind: string; readonly at: number; readonly paintedAt: number }[];
  /** Clicks and keys as the browser itself measures them, from 16 ms up: until their picture was shown. */
  readonly slowEvents: readonly { readonly kind: string; readonly at: number; readonly ms: number }[];
  /** What kept the page from answering for 50 ms or more. */
  readonly longTasks: readonly { readonly at: number; readonly ms: number }[];
}

/** Begins to record; `window.gopherscopeRecording()` ends that and answers with what was recorded. */
export function recordInPage(): void {
  const frames: number[] = [];
  const inputs: { kind: string; at: number; paintedAt: number }[] = [];
  const slowEvents: { kind: string; at: number; ms: number }[] = [];
  const longTasks: { at: number; ms: number }[] = [];
  let waiting: { kind: string; at: number }[] = [];
  let isOver = false;

  const frame = (now: number): void => {
    frames.push(now);
    if (!isOver) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  // A message that is posted while a frame is made comes when the frame is done.
  const afterFrame = new MessageChannel();
  let answered: typeof waiting = [];
  afterFrame.port1.onmessage = () => {
    const paintedAt = performance.now();
    for (const input of answered) inputs.push({ ...input, paintedAt });
    answered = [];
  };
  const onInput = (event: Event): void => {
    if (!event.isTrusted) return;
    const isMove = event.type === 'pointermove';
    if (isMove && (event as PointerEvent).buttons === 0) return;
    waiting.push({ kind: event.type, at: event.timeStamp });
    if (waiting.length > 1) return;
    requestAnimationFrame(() => {
      answered.push(...waiting);
      waiting = [];
      afterFrame.port2.postMessage(undefined);
    });
  };
  const kinds = ['wheel', 'pointerdown', 'pointermove', 'pointerup', 'keydown'];
  for (const kind of kinds) addEventListener(kind, onInput, { capture: true, passive: true });

  const events = new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries())
      slowEvents.push({ kind: name, at: startTime, ms: duration });
  });
  // The types do not know `durationThreshold`.
  events.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  const tasks = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ at: startTime, ms: duration });
  });
  tasks.observe({ type: 'longtask' });

  const end = (): PageRecording => {
    isOver = true;
    for (const kind of kinds) removeEventListener(kind, onInput, { capture: true });
    events.disconnect();
    tasks.disconnect();
    return { origin: performance.timeOrigin, frames, inputs, slowEvents, longTasks };
  };
  Object.assign(window, { gopherscopeRecording: end });
}
