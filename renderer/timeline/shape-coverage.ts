import type { FrameBuffer, Pigment } from './frame-buffer.ts';

export type Points = readonly (readonly [number, number])[];

/**
 * Fills polygons by their exact area in each pixel. An edge adds to each pixel it crosses by how much the coverage to its right changes;
 * the sum from the left is the coverage (as font-rs and stb_truetype do it):
 *
 *     edge at x 1.25:   0  0.75 0.25  0  0     sum:  0  0.75  1  1  1
 */
export class ShapeCoverage {
  #changes = new Float32Array(0);
  #left = 0;
  #top = 0;
  #width = 0;
  #height = 0;

  fill(buffer: FrameBuffer, points: Points, { pixel, alpha }: Pigment, strength = 1): void {
    if (!this.#frame(buffer, points)) return;
    let before = points.at(-1)!;
    for (const point of points) {
      this.#edge(before[0] - this.#left, before[1] - this.#top, point[0] - this.#left, point[1] - this.#top);
      before = point;
    }
    const stride = this.#width + 2;
    for (let row = 0; row < this.#height; row++) {
      const target = (row + this.#top) * buffer.width + this.#left;
      let covered = 0;
      for (let x = 0; x < this.#width; x++) {
        covered += this.#changes[row * stride + x]!;
        const share = Math.min(1, Math.abs(covered));
        if (share > 0.002) buffer.mix(target + x, pixel, share * alpha * strength);
      }
    }
  }

  /** The part of the frame that the shape can touch. */
  #frame(buffer: FrameBuffer, points: Points): boolean {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    this.#left = Math.max(0, Math.floor(left));
    this.#top = Math.max(0, Math.floor(top));
    this.#width = Math.min(buffer.width, Math.ceil(right)) - this.#left;
    this.#height = Math.min(buffer.height, Math.ceil(bottom)) - this.#top;
    if (!(this.#width > 0 && this.#height > 0)) return false;
    const size = (this.#width + 2) * this.#height;
    if (this.#changes.length < size) this.#changes = new Float32Array(size * 2);
    else this.#changes.fill(0, 0, size);
    return true;
  }

  #edge(ax: number, ay: number, bx: number, by: number): void {
    if (ay === by) return;
    const down = ay < by;
    const [x0, y0, x1, y1] = down ? [ax, ay, bx, by] : [bx, by, ax, ay];
    const slope = (x1 - x0) / (y1 - y0);
    const end = Math.min(y1, this.#height);
    for (let row = Math.max(0, Math.floor(y0)); row < end; row++) {
      const from = Math.max(row, y0);
      const until = Math.min(row + 1, y1);
      const height = down ? until - from : from - until;
      this.#crossing(row, x0 + (from - y0) * slope, x0 + (until - y0) * slope, height);
    }
  }

  /** An edge's part within one row of pixels. What lies outside counts at the border. */
  #crossing(row: number, xa: number, xb: number, height: number): void {
    const width = this.#width;
    const left = Math.min(width, Math.max(0, Math.min(xa, xb)));
    const right = Math.min(width, Math.max(0, Math.max(xa, xb)));
    const first = Math.floor(left);
    const at = row * (width + 2) + first;
    const changes = this.#changes;
    if (right <= first + 1) {
      const free = (left + right) / 2 - first;
      changes[at] = changes[at]! + height * (1 - free);
      changes[at + 1] = changes[at + 1]! + height * free;
      return;
    }
    // The coverage of pixel x is the area to the right of the edge; its differences are what is added.
    const run = right - left;
    const columns = Math.ceil(right) - first;
    let before = 0;
    for (let i = 0; i < columns; i++) {
      const from = Math.max(left, first + i);
      const until = Math.min(right, first + i + 1);
      const passed = (from + until - 2 * left) / (2 * run);
      const beyond = first + i + 1 - until;
      const area = (until - from) * passed + beyond;
      changes[at + i] = changes[at + i]! + height * (area - before);
      before = area;
    }
    changes[at + columns] = changes[at + columns]! + height * (1 - before);
  }
}
