/**
 * Draw lists as SVG: as text for a file, or as parts that a page puts into its own `<svg>`.
 *
 *     drawListSvg([{ kind: 'rect', x: 0, y: 2, w: 4, h: 8, fill: 'accent' }], page)
 *     <svg …><title>…</title><path d="M0 2h4v8h-4z" fill="#0071a0"/></svg>
 */
import { inert } from '../inert-text.ts';
import { unreachable } from '../unreachable.ts';
import { columnCommands } from './bucket-drawing.ts';
import type { Box, DrawCommand, DrawList, Ink } from './draw-list.ts';

/** What the names of a list stand for. */
export interface SvgLook {
  readonly colour: (ink: Ink) => string;
  readonly font: (face: 'ui' | 'mono') => string;
}

/** Attributes of a `<path>`, or of a `<text>` with what it says. */
export interface SvgPart {
  readonly tag: 'path' | 'text';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
}

export interface SvgPage extends SvgLook {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Behind everything. */
  readonly ground: Ink;
}

type Command<Kind extends DrawCommand['kind']> = Extract<DrawCommand, { readonly kind: Kind }>;

interface Stroked {
  readonly points: readonly (readonly [number, number])[];
  readonly stroke: Ink;
  readonly width: number;
  readonly dash?: readonly [number, number];
}

/** A hundredth of a pixel is as fine as anyone sees. */
const short = (value: number): number => Math.round(value * 100) / 100;

export function svgParts(list: DrawList, look: SvgLook): readonly SvgPart[] {
  const parts: SvgPart[] = [];
  for (const run of runs(list.flatMap((command) => plainCommands(command)))) parts.push(partOf(run, look));
  return parts;
}

export function drawListSvg(list: DrawList, page: SvgPage): string {
  const { width, height } = page;
  const ground: DrawCommand = { kind: 'rect', x: 0, y: 0, w: width, h: height, fill: page.ground };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(page.title)}</title>`,
    ...patternsIn(list, page),
    ...svgParts([ground, ...list], page).map(textOf),
    '</svg>\n',
  ].join('\n');
}

function textOf({ tag, attributes, text }: SvgPart): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const start = `<${tag}${written.join('')}`;
  return text === undefined ? `${start}/>` : `${start}>${escaped(text)}</${tag}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Lone halves of a pair are no characters, and would make the file unreadable. */
const escaped = (text: string): string =>
  inert(text)
    .replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"]/g, (letter) => entities[letter]!);

/** Columns become rectangles, those of one look together: first what is tinted, then what lies upon it. */
function plainCommands(command: DrawCommand): readonly DrawCommand[] {
  if (command.kind !== 'columns') return [command];
  const looks = new Map<string, DrawCommand[]>();
  for (const rect of columnCommands(command)) {
    if (rect.kind !== 'rect') continue;
    const look = `${rect.alpha === undefined ? 'solid' : 'alpha'} ${rect.fill}`;
    const alike = looks.get(look);
    if (alike) alike.push(rect);
    else looks.set(look, [rect]);
  }
  return [...looks].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, rects]) => rects);
}

/** Neighbours that one path can draw: rectangles of one look, which must not overlap if they are seen through. A heat map of 10,000 cells is then a handful of paths. */
function runs(list: DrawList): readonly (readonly DrawCommand[])[] {
  const found: DrawCommand[][] = [];
  for (const command of list) {
    const before = found.at(-1);
    if (before && canJoin(before.at(-1)!, command)) before.push(command);
    else found.push([command]);
  }
  return found;
}

/** One after the other to the right they do not overlap. */
function canJoin(before: DrawCommand, command: DrawCommand): boolean {
  if (before.kind !== 'rect' || command.kind !== 'rect') return false;
  if (before.radius !== undefined || command.radius !== undefined) return false;
  if (before.fill !== command.fill || before.alpha !== command.alpha) return false;
  return command.alpha === undefined || command.x >= before.x + before.w;
}

function partOf(run: readonly DrawCommand[], look: SvgLook): SvgPart {
  const command = run[0]!;
  const fill = (ink: Ink, alpha = 1): Record<string, string | number> =>
    alpha === 1 ? { fill: look.colour(ink) } : { fill: look.colour(ink), 'fill-opacity': short(alpha) };
  switch (command.kind) {
    case 'rect': {
      const boxes = run.filter((one) => one.kind === 'rect');
      return {
        tag: 'path',
        attributes: { d: boxes.map(boxPath).join(''), ...fill(command.fill, command.alpha) },
      };
    }
    case 'pattern':
      return { tag: 'path', attributes: { d: boxPath(command), fill: `url(#${patternName(command)})` } };
    case 'outline':
      return { tag: 'path', attributes: { d: boxPath(command), ...stroked(command, look) } };
    case 'line':
    case 'curve':
      return { tag: 'path', attributes: { d: linePath(command), ...stroked(command, look) } };
    case 'polygon': {
      const d = `${linePath(command)}z`;
      return { tag: 'path', attributes: { d, ...fill(command.fill, command.alpha) } };
    }
    case 'text':
      return label(command, look);
    case 'columns':
      throw new Error('columns are rectangles by now');
    default:
      return unreachable(command);
  }
}

function boxPath({ x, y, w, h, radius = 0 }: Box & { readonly radius?: number }): string {
  if (radius === 0) return `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;
  const r = short(Math.min(radius, w / 2, h / 2));
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  const [across, down] = [short(w - 2 * r), short(h - 2 * r)];
  return `M${short(x + r)} ${short(y)}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`;
}

function linePath({ kind, points }: Pick<Stroked, 'points'> & { readonly kind: string }): string {
  const [first, ...rest] = points.map(([x, y]) => `${short(x)} ${short(y)}`);
  if (first === undefined) return '';
  return rest.length === 0 ? `M${first}` : `M${first}${kind === 'curve' ? 'C' : 'L'}${rest.join(' ')}`;
}

function stroked(
  { stroke, width, dash }: Omit<Stroked, 'points'>,
  look: SvgLook,
): Record<string, string | number> {
  const plain = { fill: 'none', stroke: look.colour(stroke), 'stroke-width': width };
  return dash ? { ...plain, 'stroke-dasharray': dash.join(' ') } : plain;
}

/** `y` is the middle of the letters: their foot is a third of their size below. */
function label({ x, y, text, fill, font, align = 'start' }: Command<'text'>, look: SvgLook): SvgPart {
  const attributes = {
    x: short(x),
    y: short(y),
    dy: '0.35em',
    fill: look.colour(fill),
    'font-family': look.font(font),
    'font-size': 10.5,
    ...(align === 'start' ? {} : { 'text-anchor': align }),
  };
  return { tag: 'text', attributes, text };
}

const patternName = ({ fill, pattern }: Command<'pattern'>): string => `${pattern}-${fill}`;

/** Five pixels of which three are drawn, as the painter of the screen has it. */
const stripes = {
  diagonal: 'M0 0h2l-2 2zM4 0h1v2l-3 3h-2v-1zM5 4v1h-1z',
  dash: 'M0 0h3v5h-3z',
} as const;

/** What the patterns of a list are; goes before its parts. */
function patternsIn(list: DrawList, look: SvgLook): readonly string[] {
  const used = new Map(
    list.flatMap((command) => (command.kind === 'pattern' ? [[patternName(command), command] as const] : [])),
  );
  return [...used].map(([name, { fill, pattern }]) => {
    const colour = escaped(look.colour(fill));
    const ground =
      pattern === 'diagonal' ? `<path d="M0 0h5v5h-5z" fill="${colour}" fill-opacity="0.5"/>` : '';
    const stripe = `<path d="${stripes[pattern]}" fill="${colour}"/>`;
    return `<pattern id="${name}" width="5" height="5" patternUnits="userSpaceOnUse">${ground}${stripe}</pattern>`;
  });
}
