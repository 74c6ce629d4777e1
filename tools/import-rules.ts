/** Which folder may import which: the table of ARCHITECTURE.md, and what follows from it. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** In order: a folder comes after those inside of it. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  common: [],
  'core-wasm/assembly': [],
  'core-wasm/host': ['common'],
  db: ['common'],
  'main/trace-file': ['common'],
  'main/ingest': ['common', 'core-wasm/host', 'db', 'main/trace-file'],
  'main/analyses': ['common', 'db'],
  'main/exporters': ['common', 'db', 'main/trace-file', 'core-wasm/host'],
  'main/reader': ['common', 'core-wasm/host', 'main/trace-file', 'main/ingest', 'main/exporters'],
  'main/events': [
    'common',
    'core-wasm/host',
    'db',
    'main/trace-file',
    'main/ingest',
    'main/analyses',
    'main/exporters',
  ],
  'main/rpc': ['common'],
  'main/host': [
    'common',
    'core-wasm/host',
    'db',
    'main/trace-file',
    'main/ingest',
    'main/analyses',
    'main/exporters',
    'main/events',
    'main/rpc',
  ],
  'main/server': ['main/host', 'main/rpc', 'common'],
  'main/cli': ['main/host', 'main/rpc', 'common'],
  'main/electron': ['main/host', 'main/rpc', 'common'],
  renderer: ['common'],
};
const folders = Object.keys(allowedImports);

/** A test may set up what its subject may not know: a reader's test writes a database first. Events tell what answers must be. */
const testsMayImport = [
  'common',
  'core-wasm/host',
  'db',
  'main/trace-file',
  'main/ingest',
  'main/analyses',
  'main/exporters',
  'main/events',
  'main/reader',
  'main/rpc',
  'main/host',
  'e2e',
  'fixtures',
];

/** Their subfolders do not know each other; what they share moves down. */
const separateSiblings = ['main/analyses', 'main/exporters', 'renderer/pages'];

/** Packages that belong to one folder. */
const owners: Readonly<Record<string, string>> = {
  electron: 'main/electron',
  'better-sqlite3': 'db',
  ws: 'main/server',
};

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** `main/rpc/server.ts: may not import main/host (…)`, for every broken rule. */
export const importComplaints = (file: SourceText): readonly string[] => {
  if (!/\.(ts|svelte|mjs|js)$/.test(file.path)) return [];
  const complaints = [
    ...importsOf(file).flatMap((imported) => complaintsAbout(file.path, imported)),
    ...sqlIn(file),
  ];
  return complaints.map((complaint) => `${file.path}: ${complaint}`);
};

const isTest = (path: string): boolean => path.endsWith('.test.ts');

const folderOf = (path: string): string | undefined =>
  folders.find((folder) => path.startsWith(`${folder}/`));

/** What a file imports, in any way that names it in a string. */
function importsOf({ path, text }: SourceText): readonly string[] {
  const source = path.endsWith('.svelte') ? scriptsOf(text) : text;
  return ts.preProcessFile(source, true, true).importedFiles.map((imported) => imported.fileName);
}

const scriptsOf = (markup: string): string =>
  [...markup.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');

function complaintsAbout(path: string, imported: string): readonly string[] {
  const folder = folderOf(path);
  if (imported.startsWith('.'))
    return relativeComplaints(path, folder, posix.join(posix.dirname(path), imported));
  if (imported.startsWith('#')) return crossComplaints(path, folder, imported);
  return packageComplaints(path, folder, imported);
}

function relativeComplaints(path: string, folder: string | undefined, target: string): readonly string[] {
  if (folder === undefined) return [];
  const targetFolder = folderOf(target) ?? target.split('/')[0] ?? '';
  if (targetFolder === folder) return siblingComplaints(path, target);
  if (isTest(path) && ['e2e', 'fixtures'].includes(targetFolder)) return [];
  return [
    `imports "${target}" relatively; across folders write "#${target}"`,
    ...tableComplaints(path, folder, target),
  ];
}

function crossComplaints(path: string, folder: string | undefined, imported: string): readonly string[] {
  if (folder === undefined) return [];
  const target = imported.slice(1);
  if (folderOf(target) === folder) return [`imports "${imported}" from its own folder; write it relatively`];
  return tableComplaints(path, folder, target);
}

function tableComplaints(path: string, folder: string, target: string): readonly string[] {
  const targetFolder = folderOf(target) ?? target.split('/')[0] ?? '';
  const allowed = allowedImports[folder] ?? [];
  const inTest =
    isTest(path) && folder !== 'renderer' && folder !== 'common' && testsMayImport.includes(targetFolder);
  if (allowed.includes(targetFolder) || inTest) return [];
  const list = allowed.length > 0 ? allowed.join(', ') : 'nothing outside of itself';
  return [`imports "${target}", but ${folder} may import only: ${list}`];
}

function siblingComplaints(path: string, target: string): readonly string[] {
  const parent = separateSiblings.find(
    (folder) => path.startsWith(`${folder}/`) && target.startsWith(`${folder}/`),
  );
  if (parent === undefined) return [];
  const [own, other] = [path, target].map((file) => file.slice(parent.length + 1).split('/'));
  if (!own || !other || own.length < 2 || other.length < 2 || own[0] === other[0]) return [];
  return [`imports "${target}", but nothing in ${parent} may know its neighbours; move what they share down`];
}

function packageComplaints(path: string, folder: string | undefined, imported: string): readonly string[] {
  const isNode = imported.startsWith('node:') || builtinModules.includes(imported);
  if (isNode && (folder === 'common' || folder === 'renderer') && !isTest(path))
    return [`imports "${imported}", but ${folder} runs without Node`];
  const owner = owners[imported];
  if (owner === undefined || folder === undefined || folder === owner || isTest(path)) return [];
  return [`imports "${imported}", which only ${owner} may`];
}

const sql =
  /\bSELECT\s[\s\S]+\sFROM\s|\bINSERT\s+(OR\s+\w+\s+)?INTO\s|\bUPDATE\s[\s\S]+\sSET\s|\bDELETE\s+FROM\s|\bCREATE\s+(TEMP\s+)?(TABLE|INDEX|VIEW)\s|\bPRAGMA\s+\w/;
const lowerCaseSql =
  /^\s*(select\s[\s\S]+\sfrom\s|insert into\s|update \w+ set\s|delete from\s|create (table|index)\s|pragma \w)/;

/** SQL in a string outside of `db`. */
function sqlIn({ path, text }: SourceText): readonly string[] {
  const folder = folderOf(path);
  if (folder === undefined || folder === 'db' || folder === 'core-wasm/assembly' || isTest(path)) return [];
  const source = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const found = stringsOf(source).find((string) => sql.test(string) || lowerCaseSql.test(string));
  return found === undefined ? [] : [`holds SQL ("${found.trim().slice(0, 40)}…"), which stands only in db`];
}

function stringsOf(source: string): readonly string[] {
  const tree = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) found.push(node.getText(tree).slice(1));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
