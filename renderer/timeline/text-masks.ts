import type { DrawCommand, DrawList, Measure } from '#common/timeline/draw-list.ts';
import { mixed, type FrameBuffer } from './frame-buffer.ts';
import type { Inks } from './inks.ts';

type Text = Extract<DrawCommand, { kind: 'text' }>;

/** A label as the browser draws it: its pixels, `0xaa_bb_gg_rr`. The middle of its letters lies at half its height. */
interface Mask {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Labels are 10.5 px tall; letters with marks above and below them stay within this. */
const lineHeight = 18;
/** Letters may reach over their own width. */
const air = 2;
/** In two generations: those of the last frames stay, the others go. 2 × 6 MB. */
const mostPixels = 1_500_000;
const mostWidths = 20_000;
/** So many labels are drawn for one reading back: each reading costs as much as many labels. */
const sheetHeight = 1024;

/** Draws each label once and keeps its pixels: the browser takes longer for a label than we do for its lane. */
export class TextMasks {
  #scale = 0;
  #recent = new Map<string, Mask>();
  #older = new Map<string, Mask>();
  #pixels = 0;
  #widths = new Map<string, number>();
  readonly #inks: Inks;
  readonly #sheet: CanvasRenderingContext2D;

  constructor(inks: Inks) {
    this.#inks = inks;
    this.#sheet = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  }

  /** In the face that labels are drawn with. */
  readonly measure: Measure = (text, font = 'ui') => {
    const key = `${font} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    this.#sheet.font = this.#inks.font(font);
    const { width } = this.#sheet.measureText(text);
    if (this.#widths.size >= mostWidths) this.#widths.clear();
    this.#widths.set(key, width);
    return width;
  };

  /** Draws those labels of a list that are not known yet, many at a time. `mostWidth` in device pixels: what reaches further is cut. */
  prepare(list: DrawList, scale: number, mostWidth: number): void {
    if (scale !== this.#scale) this.#forget(scale);
    const missing = new Map<string, Text>();
    for (const command of list) {
      if (command.kind !== 'text' || command.text === '') continue;
      const key = keyOf(command);
      if (!this.#known(key)) missing.set(key, command);
    }
    if (missing.size > 0) this.#draw([...missing], Math.max(64, mostWidth));
  }

  paint(buffer: FrameBuffer, command: Text): void {
    const key = keyOf(command);
    const mask = this.#recent.get(key) ?? this.#older.get(key);
    if (!mask) return;
    const { x, y, text, font, align } = command;
    const before = align === 'end' ? 1 : align === 'middle' ? 0.5 : 0;
    const start = before === 0 ? x : x - this.measure(text, font) * before;
    lay(buffer, mask, Math.round(start * this.#scale) - air, Math.round(y * this.#scale - mask.height / 2));
  }

  #forget(scale: number): void {
    this.#scale = scale;
    this.#recent.clear();
    this.#older.clear();
    this.#pixels = 0;
  }

  #known(key: string): boolean {
    if (this.#recent.has(key)) return true;
    const older = this.#older.get(key);
    if (older) this.#keep(key, older);
    return older !== undefined;
  }

  #keep(key: string, mask: Mask): void {
    this.#recent.set(key, mask);
    this.#pixels += mask.pixels.length;
  }

  #draw(missing: readonly (readonly [string, Text])[], sheetWidth: number): void {
    if (this.#pixels > mostPixels) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#pixels = 0;
    }
    const height = Math.ceil((lineHeight * this.#scale) / 2) * 2;
    const inOrder = [...missing].sort(([, a], [, b]) => compared(a, b));
    let cells: Cell[] = [];
    let [x, y] = [0, 0];
    for (const [key, text] of inOrder) {
      const wide = Math.ceil(this.measure(text.text, text.font) * this.#scale) + 2 * air;
      const width = Math.min(sheetWidth, wide);
      if (x + width > sheetWidth) [x, y] = [0, y + height];
      if (y + height > sheetHeight) {
        this.#take(cells, sheetWidth, y, height);
        cells = [];
        y = 0;
      }
      cells.push({ key, text, x, y, width });
      x += width;
    }
    this.#take(cells, sheetWidth, y + height, height);
  }

  #take(cells: readonly Cell[], width: number, height: number, cellHeight: number): void {
    const sheet = this.#sheet;
    const scale = this.#scale;
    // Also clears it.
    sheet.canvas.width = width;
    sheet.canvas.height = height;
    sheet.textBaseline = 'middle';
    let font: Text['font'] | undefined;
    let fill: Text['fill'] | undefined;
    for (const { text, x, y } of cells) {
      // Setting them takes as long as a label.
      if (text.font !== font) sheet.font = this.#inks.font((font = text.font));
      if (text.fill !== fill) sheet.fillStyle = this.#inks.colour((fill = text.fill));
      sheet.setTransform(scale, 0, 0, scale, x + air, y + cellHeight / 2);
      sheet.fillText(text.text, 0, 0);
    }
    const read = new Uint32Array(sheet.getImageData(0, 0, width, height).data.buffer);
    for (const cell of cells) this.#keep(cell.key, cut(read, width, cell, cellHeight));
  }
}

interface Cell {
  readonly key: string;
  readonly text: Text;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const compared = (a: Text, b: Text): number => {
  const [one, other] = [a.font + a.fill, b.font + b.fill];
  return one < other ? -1 : one > other ? 1 : 0;
};

const keyOf = ({ text, fill, font }: Text): string => `${font} ${fill} ${text}`;

function cut(sheet: Uint32Array, sheetWidth: number, { x, y, width }: Cell, height: number): Mask {
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * sheetWidth + x;
    pixels.set(sheet.subarray(from, from + width), row * width);
  }
  return { pixels, width, height };
}

function lay(buffer: FrameBuffer, mask: Mask, left: number, top: number): void {
  const { pixels } = buffer;
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(mask.height, buffer.height - top);
  const first = Math.max(0, -left);
  const last = Math.min(mask.width, buffer.width - left);
  for (let row = firstRow; row < lastRow; row++) {
    const target = (top + row) * buffer.width + left;
    for (let x = first; x < last; x++) {
      const letter = mask.pixels[row * mask.width + x]!;
      const strength = letter >>> 24;
      if (strength === 0) continue;
      pixels[target + x] =
        strength === 255 ? letter : mixed(pixels[target + x]!, letter, strength + (strength >> 7));
    }
  }
}
