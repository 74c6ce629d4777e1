/**
 * What docs/figures.md says of each figure, for the help beside it: by section and name.
 *
 *     ## Scheduler                                        'Scheduler'             what stands before its figures
 *     - **Processors**: how long each was running …       'Scheduler/Processors'  'How long each was running …'
 *     | cycle | One collection … |                        'Garbage collection/cycle'
 *     **The minimum** is exact: …                         'Minimum mutator utilization/The minimum'
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

export type FigureTexts = Readonly<Record<string, string>>;

export function figureTexts(markdown: string): FigureTexts {
  const sections = markdown.split(/^## /m).slice(1);
  return Object.fromEntries(sections.flatMap((section) => entriesOf(section)));
}

function entriesOf(section: string): readonly (readonly [string, string])[] {
  const [title = '', ...lines] = section.split('\n');
  const blocks = blocksOf(lines);
  const named = blocks.flatMap((block) => {
    const entry = namedEntry(block);
    return entry ? [[`${title.trim()}/${entry.name}`, entry.text] as const] : [];
  });
  const intro = blocks.find((block) => !namedEntry(block) && !/^[|#]/.test(block)) ?? '';
  return [[title.trim(), intro], ...named];
}

/** Paragraphs, items of lists, and rows of tables, each on one line. */
function blocksOf(lines: readonly string[]): readonly string[] {
  const blocks: string[] = [''];
  for (const line of lines) {
    if (/^(- |\||#)/.test(line) || line.trim() === '') blocks.push('');
    blocks[blocks.length - 1] = `${blocks.at(-1)!} ${line.trim()}`.trim();
  }
  return blocks.filter((block) => block !== '');
}

function namedEntry(block: string): { readonly name: string; readonly text: string } | undefined {
  const row = /^\| *([^|]+?) *\| *([^|]+?) *\|/.exec(block);
  if (row) return isRow(row) ? { name: plainText(row[1]!), text: sentence(row[2]!) } : undefined;
  const bold = /^(?:- )?\*\*(.+?)\.?\*\*[:,]?\s*(.*)$/.exec(block);
  return bold ? { name: plainText(bold[1]!), text: sentence(bold[2]!) } : undefined;
}

/** Not a head, nor the line below it. */
const isRow = ([, name = '', text = '']: readonly string[]): boolean =>
  text.trim() !== '' && !/^[-\s]*$/.test(name);

const plainText = (text: string): string => text.replaceAll(/[`*]/g, '').replace(/:$/, '');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const moduleName = 'virtual:figure-texts';

/** Gives the texts to the window as a module. */
export function figureTextsPlugin(file: string): Plugin {
  return {
    name: 'figure-texts',
    resolveId: (id) => (id === moduleName ? `\0${moduleName}` : undefined),
    load(id) {
      if (id !== `\0${moduleName}`) return undefined;
      this.addWatchFile(file);
      return `export const figureTexts = ${JSON.stringify(figureTexts(readFileSync(file, 'utf8')))};`;
    },
  };
}
