import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const repository = join(import.meta.dirname, '..');

export interface SourceFile {
  /** From the repository's root, with `/`: `main/rpc/server.ts`. */
  readonly path: string;
  readonly bytes: number;
  readonly text: () => string;
}

/** Made by tools, not by people. */
const made = new Set(['node_modules', 'out', 'dist', '.git', 'build', 'failures', 'coverage', 'tmp']);

/** Every file people write, in the order of their paths. */
export const sourceFiles = (folder = repository): readonly SourceFile[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !made.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.isFile() ? [sourceFile(path)] : [];
    });

const sourceFile = (path: string): SourceFile => ({
  path: relative(repository, path).replaceAll(sep, '/'),
  bytes: statSync(path).size,
  text: () => readFileSync(path, 'utf8'),
});

/** Prints what is wrong, one line each, and makes the command fail if there is anything. */
export function reportComplaints(tool: string, complaints: readonly string[]): void {
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length === 0) return;
  console.error(`${tool}: ${complaints.length} complaint${complaints.length === 1 ? '' : 's'}`);
  process.exitCode = 1;
}
