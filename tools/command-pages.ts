/**
 * docs/commands.md from the registry of analyses: what `gopherscope NAME --help` prints, for each of them. With `--check` it only
 * says whether the page is what it should be.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { analyses, analysisNames } from '#common/analyses/registry.ts';
import { helpOf } from '#main/cli/analysis-help.ts';

const page = new URL('../docs/commands.md', import.meta.url);
const head = `# The commands that analyse a trace

Each is also a method of the contract, \`analyses.NAME\`, with the same options; what the figures mean stands in [figures.md](figures.md).
This page is made from the registry, \`common/analyses/registry.ts\`, by \`npm run docs:commands\`.
`;
const text = `${head}${analysisNames
  .map((name) => `\n## ${name}: ${analyses[name].summary}\n\n\`\`\`\n${helpOf(name)}\n\`\`\`\n`)
  .join('')}`;

if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/commands.md is not what the registry says: npm run docs:commands makes it anew.');
  process.exitCode = 1;
}
