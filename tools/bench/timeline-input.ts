/** Ten seconds of somebody looking around in the timeline, as events of the browser's input. */

export interface InputEvent {
  /** Since the step's start. */
  readonly atMs: number;
  readonly method: 'Input.dispatchMouseEvent' | 'Input.dispatchKeyEvent';
  readonly parameters: object;
}

export interface InputStep {
  readonly name: string;
  readonly events: readonly InputEvent[];
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A wheel's and a mouse's, in events a second. */
const wheelRate = 90;
const mouseRate = 125;
/** As a key that is held is repeated. */
const keyRate = 30;

const control = 2;
const shift = 8;

/** `area` is where the lanes are, in CSS pixels of the page. */
export const timelineSteps = (area: Area): readonly InputStep[] => [
  { name: 'zoom in, at 3 places', events: zoomIn(area) },
  { name: 'zoom out', events: wheel(area, 0.5, 0.5, 1000, { deltaY: 24 }, control) },
  { name: 'pan by a sideways wheel', events: wheel(area, 0.5, 0.5, 1000, { deltaX: 30 }) },
  { name: 'pan by Shift and wheel', events: wheel(area, 0.5, 0.5, 700, { deltaY: -30 }, shift) },
  { name: 'scroll the lanes', events: wheel(area, 0.5, 0.5, 1000, { deltaY: 40 }) },
  { name: 'scroll back', events: wheel(area, 0.5, 0.5, 800, { deltaY: -50 }) },
  { name: 'drag', events: drag(area, 1500) },
  { name: 'zoom by W and S', events: [...key('w', 0, 500), ...key('s', 500, 500)] },
  { name: 'pan by A and D', events: [...key('a', 0, 500), ...key('d', 500, 500)] },
  { name: 'zoom out to all', events: wheel(area, 0.5, 0.5, 900, { deltaY: 60 }, control) },
];

function zoomIn(area: Area): readonly InputEvent[] {
  return [0.2, 0.5, 0.75].flatMap((place, i) =>
    wheel(area, place, 0.4, 530, { deltaY: -20 }, control).map((event) => ({
      ...event,
      atMs: event.atMs + i * 530,
    })),
  );
}

function wheel(
  area: Area,
  across: number,
  down: number,
  lengthMs: number,
  by: { readonly deltaX?: number; readonly deltaY?: number },
  modifiers = 0,
): readonly InputEvent[] {
  const x = area.x + area.width * across;
  const y = area.y + area.height * down;
  return times(0, lengthMs, wheelRate).map((atMs) => ({
    atMs,
    method: 'Input.dispatchMouseEvent',
    parameters: { type: 'mouseWheel', x, y, deltaX: 0, deltaY: 0, ...by, modifiers },
  }));
}

/** To and fro, the hand slower at both ends. */
function drag(area: Area, lengthMs: number): readonly InputEvent[] {
  const y = area.y + area.height / 2;
  const at = (atMs: number): number =>
    area.x + area.width * (0.5 + 0.35 * Math.sin((atMs / lengthMs) * 2 * Math.PI));
  const event = (atMs: number, type: string, buttons: number): InputEvent => ({
    atMs,
    method: 'Input.dispatchMouseEvent',
    parameters: { type, x: at(atMs), y, button: 'left', buttons, clickCount: type === 'mouseMoved' ? 0 : 1 },
  });
  return [
    event(0, 'mousePressed', 1),
    ...times(0, lengthMs, mouseRate).map((atMs) => event(atMs, 'mouseMoved', 1)),
    event(lengthMs, 'mouseReleased', 0),
  ];
}

function key(letter: string, fromMs: number, lengthMs: number): readonly InputEvent[] {
  const code = `Key${letter.toUpperCase()}`;
  const known = { key: letter, code, windowsVirtualKeyCode: letter.toUpperCase().charCodeAt(0) };
  const down = times(fromMs, lengthMs, keyRate).map((atMs, i) => ({
    atMs,
    method: 'Input.dispatchKeyEvent' as const,
    parameters: { type: 'keyDown', text: letter, autoRepeat: i > 0, ...known },
  }));
  const up = {
    atMs: fromMs + lengthMs - 1,
    method: 'Input.dispatchKeyEvent' as const,
    parameters: { type: 'keyUp', ...known },
  };
  return [...down, up];
}

function times(fromMs: number, lengthMs: number, rate: number): readonly number[] {
  const count = Math.floor((lengthMs / 1000) * rate);
  return Array.from({ length: count }, (_, i) => fromMs + (i * 1000) / rate);
}
