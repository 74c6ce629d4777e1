import { stateClasses } from '#common/goroutine-state.ts';
import type { Box } from '#common/timeline/draw-list.ts';
import { tint } from '#common/timeline/state-form.ts';
import type { FrameBuffer, Pigment } from './frame-buffer.ts';

const classCount = stateClasses.length;
/** As in `bucketCommands`, of which this is the fast form: waits are tinted under an edge, unless they are too low for both. */
const edge = 1.5;
const lowest = 2.5;
const strengths = stateClasses.map((state) => {
  const strength = state === 'gc' ? undefined : tint[state];
  return strength === undefined ? 1 : strength + 0.12;
});

/**
 * Columns of one CSS pixel, the states stacked from the floor up. Between two CSS pixels a device pixel shows the one that its middle is
 * in, and states meet at whole device pixels, so that there is no seam at any scale.
 *
 *     `pigments` by `stateClasses`
 */
export function paintColumns(
  buffer: FrameBuffer,
  { x, y, w, h }: Box,
  shares: Float32Array,
  pigments: readonly Pigment[],
  scale: number,
): void {
  const columns = Math.min(Math.ceil(w), shares.length / classCount);
  const from = Math.max(0, Math.round(x * scale));
  const until = Math.min(buffer.width, Math.round((x + columns) * scale));
  const floor = Math.round((y + h) * scale);
  let known = -1;
  for (let at = from; at < until; at++) {
    const column = Math.min(columns - 1, Math.max(0, Math.floor((at + 0.5) / scale - x)));
    if (column === known) copyColumn(buffer, at, Math.round(y * scale), floor);
    else paintColumn(buffer, at, floor, shares, column * classCount, h, pigments, scale);
    known = column;
  }
}

function copyColumn({ pixels, width, height }: FrameBuffer, x: number, top: number, floor: number): void {
  for (let row = Math.max(0, top); row < Math.min(height, floor); row++) {
    const at = row * width + x;
    pixels[at] = pixels[at - 1]!;
  }
}

function paintColumn(
  buffer: FrameBuffer,
  x: number,
  floor: number,
  shares: Float32Array,
  first: number,
  h: number,
  pigments: readonly Pigment[],
  scale: number,
): void {
  let free = h;
  for (let i = 0; i < classCount; i++) if (shares[first + i]! > 0) free -= 1;
  let risen = 0;
  let bottom = floor;
  for (let i = 0; i < classCount; i++) {
    const share = shares[first + i]!;
    if (!(share > 0)) continue;
    const part = 1 + free * Math.min(1, share);
    risen += part;
    const top = Math.min(bottom - 1, floor - Math.round(risen * scale));
    const { pixel } = pigments[i]!;
    const strength = part <= lowest ? 1 : strengths[i]!;
    if (strength === 1) buffer.upright(x, top, bottom, pixel, 1);
    else tinted(buffer, x, top, bottom, pixel, strength, edge * scale);
    bottom = top;
  }
}

function tinted(
  buffer: FrameBuffer,
  x: number,
  top: number,
  bottom: number,
  pixel: number,
  strength: number,
  edgeHeight: number,
): void {
  const solidTo = Math.min(bottom, top + Math.floor(edgeHeight));
  const rest = edgeHeight - Math.floor(edgeHeight);
  const tintedFrom = rest > 0 ? Math.min(bottom, solidTo + 1) : solidTo;
  buffer.upright(x, top, solidTo, pixel, 1);
  buffer.upright(x, solidTo, tintedFrom, pixel, strength + (1 - strength) * rest);
  buffer.upright(x, tintedFrom, bottom, pixel, strength);
}
