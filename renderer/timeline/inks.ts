import type { Ink } from '#common/timeline/draw-list.ts';
import type { Pigment } from './frame-buffer.ts';

/** The tokens' colours as the canvas needs them: values, not names. One set for a theme, read when it is first drawn. */
export class Inks {
  readonly #style: CSSStyleDeclaration;
  readonly #known = new Map<string, string>();
  readonly #pigments = new Map<Ink, Pigment>();

  constructor(root: HTMLElement) {
    this.#style = getComputedStyle(root);
  }

  colour(name: Ink): string {
    return this.#value(`--${name}`);
  }

  font(face: 'ui' | 'mono'): string {
    return `${face === 'ui' ? 500 : 400} 10.5px ${this.#value(`--font-${face}`)}`;
  }

  /** The colour as numbers, in whatever way CSS writes it. */
  pigment(name: Ink): Pigment {
    const known = this.#pigments.get(name);
    if (known) return known;
    const made = pigmentOf(this.colour(name));
    this.#pigments.set(name, made);
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

let drop: CanvasRenderingContext2D | null | undefined;

/** Drawn and read back: the browser knows every way to write a colour. */
function pigmentOf(colour: string): Pigment {
  drop ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!drop) return { pixel: 0xff000000, alpha: 1 };
  drop.clearRect(0, 0, 1, 1);
  drop.fillStyle = colour;
  drop.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = drop.getImageData(0, 0, 1, 1).data;
  return { pixel: ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0, alpha: alpha / 255 };
}

const made = new Map<string, Inks>();

/** One set for each theme, and another once the faces have come. */
export function inksFor(theme: string, fontsReady: boolean): Inks {
  const key = `${theme} ${fontsReady}`;
  const known = made.get(key) ?? new Inks(document.documentElement);
  made.set(key, known);
  return known;
}
