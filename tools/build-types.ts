/**
 * Writes the types of the package for programs that use it, to `out/types`: one declaration file for each source that they
 * need, importing each other relatively.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { repository } from './source-files.ts';

const entry = 'main/reader/read-trace.ts';
const folder = join(repository, 'out', 'types');

/** `#common/units.ts` → `../../common/units.js`, seen from `from`. */
export function relativeImports(declarations: string, from: string): string {
  return declarations.replace(
    /(from |import\()(['"])([#.][^'"]+)\.ts\2/g,
    (_, word: string, quote: string, target: string) => {
      const path = target.startsWith('#') ? posix.relative(posix.dirname(from), target.slice(1)) : target;
      return `${word}${quote}${path.startsWith('.') ? path : `./${path}`}.js${quote}`;
    },
  );
}

function buildTypes(): boolean {
  const config = ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => ts.sys.readFile(path))
    .config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [entry] }, ts.sys, repository);
  const program = ts.createProgram([join(repository, entry)], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: repository,
    outDir: folder,
  });
  rmSync(folder, { recursive: true, force: true });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, relativeImports(text, path.slice(folder.length + 1).replaceAll('\\', '/')));
  });
  for (const { messageText } of diagnostics)
    console.error(ts.flattenDiagnosticMessageText(messageText, '\n'));
  return diagnostics.length === 0;
}

if (import.meta.main) process.exitCode = buildTypes() ? 0 : 1;
