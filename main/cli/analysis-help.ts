/** The help of the commands of analyses. */
import type { AnalysisOption, AnalysisOptions } from '#common/analyses/analysis-option.ts';
import { analyses, type AnalysisName } from '#common/analyses/registry.ts';
import { scopeHelp } from './scope-options.ts';

export const optionsOf = (name: AnalysisName): readonly (readonly [string, AnalysisOption])[] =>
  Object.entries(analyses[name].options as AnalysisOptions);
export const wordOf = (name: AnalysisName): readonly [string, AnalysisOption] | undefined =>
  optionsOf(name).find(([, option]) => option.isWord);
export const flagsOf = (name: AnalysisName): readonly (readonly [string, AnalysisOption])[] =>
  optionsOf(name).filter(([, option]) => !option.isWord);
export const formatsOf = (name: AnalysisName): readonly string[] => {
  const { formats }: { readonly formats?: readonly string[] } = analyses[name];
  return ['text', 'json', 'tsv', ...(formats ?? [])];
};

/** `asGo` → `as-go`. */
export const flagName = (option: string): string =>
  option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What `gopherscope NAME --help` prints, and docs/commands.md shows. */
export function helpOf(name: AnalysisName): string {
  const { about } = analyses[name];
  const word = wordOf(name);
  const own = flagsOf(name).map(
    ([option, { takes, help }]) => [`--${flagName(option)}${takes ? ` ${takes}` : ''}`, help] as const,
  );
  const rest = [
    [`--format ${formatsOf(name).join('|')}`, 'text by default'],
    [
      '-o, --output PATH',
      'writes there instead of to standard output; --force replaces a file that is there',
    ],
  ] as const;
  const kinds = word
    ? [`${word[0].toUpperCase()} is ${word[1].takes!.replaceAll('|', ', ')}: ${word[1].help}.`]
    : [];
  return [
    `gopherscope ${name}${word ? ` ${word[0].toUpperCase()}` : ''} [options] FILE`,
    '',
    ...filled([about, ...kinds, 'FILE may be - for standard input.'].join(' '), 0),
    '',
    ...lines(own),
    ...(own.length > 0 ? [''] : []),
    ...lines(scopeHelp),
    '',
    ...lines(rest),
  ].join('\n');
}

const column = 26;

const lines = (options: readonly (readonly [string, string])[]): string[] =>
  options.flatMap(([flag, help]) => {
    const text = filled(help, column);
    if (flag.length + 2 >= column) return [`  ${flag}`, ...text];
    return [`  ${flag}`.padEnd(column) + text[0]!.trimStart(), ...text.slice(1)];
  });

/** Broken at blanks, no line beyond 110 columns. */
function filled(text: string, indent: number): string[] {
  const broken = [''];
  for (const word of text.split(' ')) {
    const last = broken.at(-1)!;
    if (last !== '' && indent + last.length + word.length >= 110) broken.push(word);
    else broken[broken.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return broken.map((line) => ' '.repeat(indent) + line);
}
