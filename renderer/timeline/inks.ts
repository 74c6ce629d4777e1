import type { Ink } from '#common/timeline/draw-list.ts';

/** The tokens' colours as the canvas needs them: values, not names. One set for a theme, read when it is first drawn. */
export class Inks {
  readonly #style: CSSStyleDeclaration;
  readonly #known = new Map<string, string>();
  readonly #patterns = new Map<string, CanvasPattern | null>();

  constructor(root: HTMLElement) {
    this.#style = getComputedStyle(root);
  }

  colour(name: Ink): string {
    return this.#value(`--${name}`);
  }

  font(face: 'ui' | 'mono'): string {
    return `${face === 'ui' ? 500 : 400} 10.5px ${this.#value(`--font-${face}`)}`;
  }

  pattern(context: CanvasRenderingContext2D, fill: Ink, kind: 'diagonal' | 'dash'): CanvasPattern | null {
    const key = `${fill} ${kind}`;
    const known = this.#patterns.get(key);
    if (known !== undefined) return known;
    const made = context.createPattern(tile(this.colour(fill), kind), 'repeat');
    this.#patterns.set(key, made);
    return made;
  }

  #value(property: string): string {
    const known = this.#known.get(property);
    if (known !== undefined) return known;
    const value = this.#style.getPropertyValue(property).trim();
    this.#known.set(property, value);
    return value;
  }
}

const tileSize = 5;

/** Stripes 3 px wide that rise to the right on a half-strength ground, or strokes 3 px wide with gaps of 2. */
function tile(colour: string, kind: 'diagonal' | 'dash'): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = tileSize;
  canvas.height = tileSize;
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  if (kind === 'dash') {
    context.fillRect(0, 0, 3, tileSize);
    return canvas;
  }
  context.globalAlpha = 0.5;
  context.fillRect(0, 0, tileSize, tileSize);
  context.globalAlpha = 1;
  for (let row = 0; row < tileSize; row++) {
    for (let across = 0; across < 3; across++) {
      context.fillRect((row + across) % tileSize, tileSize - 1 - row, 1, 1);
    }
  }
  return canvas;
}

const made = new Map<string, Inks>();

/** One set for each theme, and another once the faces have come. */
export function inksFor(theme: string, fontsReady: boolean): Inks {
  const key = `${theme} ${fontsReady}`;
  const known = made.get(key) ?? new Inks(document.documentElement);
  made.set(key, known);
  return known;
}
