import { stateClasses } from '#common/goroutine-state.ts';
import type { Box } from '#common/timeline/draw-list.ts';
import { tint } from '#common/timeline/state-form.ts';
import { mixed, type FrameBuffer } from './frame-buffer.ts';

const classCount = stateClasses.length;
/** As in `bucketCommands`, of which this is the fast form: waits are tinted under an edge, unless they are too low for both. */
const edge = 1.5;
const lowest = 2.5;
const hair = 1 / 256;
const weights = Int32Array.from(stateClasses, (state) => {
  const strength = state === 'gc' ? undefined : tint[state];
  return strength === undefined ? 256 : Math.round((strength + 0.12) * 256);
});

/**
 * Columns of one CSS pixel, the states stacked from the floor up. Between two CSS pixels a device pixel shows the one that its middle is
 * in, and where states meet within one it is shared between them, so that there is no seam at any scale.
 *
 *     `pigments` as pixels, by `stateClasses`
 */
export function paintColumns(
  buffer: FrameBuffer,
  { x, y, w, h }: Box,
  shares: Float32Array,
  pigments: Uint32Array,
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

/** All in one function, and in numbers: it runs for some 50,000 columns a frame. */
function paintColumn(
  buffer: FrameBuffer,
  x: number,
  floor: number,
  shares: Float32Array,
  first: number,
  h: number,
  pigments: Uint32Array,
  scale: number,
): void {
  const { pixels, width, height } = buffer;
  let free = h;
  for (let i = first; i < first + classCount; i++) if (shares[i]! > 0) free -= 1;
  let risen = 0;
  /** The row above which nothing is painted yet, and how much of the row over it the state below covers, of 256. */
  let bottom = floor;
  let covered = 0;
  let below = 0;
  for (let i = 0; i < classCount; i++) {
    const share = shares[first + i]!;
    if (!(share > 0)) continue;
    const part = 1 + (share < 1 ? free * share : free);
    risen += part;
    const top = floor - risen * scale;
    const pixel = pigments[i]!;
    const weight = part <= lowest ? 256 : weights[i]!;
    if (covered > 0) {
      // A row that two states share: one covers a part and the other the rest, so that nothing shines through between them.
      bottom -= 1;
      if (bottom >= 0 && bottom < height) {
        const at = bottom * width + x;
        const own = weight === 256 ? pixel : mixed(pixels[at]!, pixel, weight);
        pixels[at] = mixed(own, below, covered);
      }
    }
    // What is next to nothing of a pixel is nothing.
    const wholeFrom = Math.ceil(top - hair);
    const end = (bottom < height ? bottom : height) * width + x;
    let at = (wholeFrom > 0 ? wholeFrom : 0) * width + x;
    if (weight < 256) {
      const edgeTo = top + edge * scale;
      const edgeRow = Math.floor(edgeTo);
      const solidEnd = Math.min(end, edgeRow * width + x);
      for (; at < solidEnd; at += width) pixels[at] = pixel;
      if (at < end && at === edgeRow * width + x) {
        pixels[at] = mixed(pixels[at]!, pixel, weight + (((256 - weight) * (edgeTo - edgeRow)) | 0));
        at += width;
      }
      for (; at < end; at += width) pixels[at] = mixed(pixels[at]!, pixel, weight);
    } else for (; at < end; at += width) pixels[at] = pixel;
    if (wholeFrom < bottom) bottom = wholeFrom;
    covered = ((wholeFrom - top) * 256 + 0.5) | 0;
    below = pixel;
  }
  if (covered > 0 && bottom > 0 && bottom <= height) {
    const at = (bottom - 1) * width + x;
    pixels[at] = mixed(pixels[at]!, below, covered);
  }
}
