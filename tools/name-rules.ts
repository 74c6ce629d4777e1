/** How files are called, and how large they may be. */
const largestBytes = 2 << 20;

/** `span-blob.ts`, `groups-table.svelte.ts`, `shop-go1.26.trace` */
const kebabCase = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
const pascalCase = /^[A-Z][A-Za-z0-9]*\.svelte$/;
/** The test of a component is called after it. */
const componentTest = /^[A-Z][A-Za-z0-9]*\.test\.ts$/;
/** `README.md`, `LICENSE`, and names that tools prescribe. */
const shouted = /^[A-Z]+(?:\.md)?$/;
const vague = ['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'misc'];

/** `e2e/Start.spec.ts: …`, for every broken rule. */
export function nameComplaints(path: string, bytes: number): readonly string[] {
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  return [
    ...folderComplaints(segments.slice(0, -1)),
    ...fileComplaints(name),
    ...testComplaints(path),
    ...sizeComplaint(bytes),
  ].map((complaint) => `${path}: ${complaint}`);
}

const folderComplaints = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => [
      ...(kebabCase.test(name) ? [] : [`the folder "${name}" is not in kebab-case`]),
      ...vagueComplaint(name),
    ]);

function fileComplaints(name: string): readonly string[] {
  if (name.startsWith('.') || shouted.test(name) || componentTest.test(name)) return [];
  if (name.endsWith('.svelte'))
    return pascalCase.test(name) ? vagueComplaint(name) : ['a component is called in PascalCase'];
  return kebabCase.test(name) ? vagueComplaint(name) : ['a file is called in kebab-case'];
}

function vagueComplaint(name: string): readonly string[] {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-.]/);
  const word = words.find((part) => vague.includes(part));
  return word === undefined ? [] : [`"${word}" says nothing; name it after what is in it`];
}

function testComplaints(path: string): readonly string[] {
  const isEndToEnd = path.startsWith('e2e/');
  if (/\.spec\.ts$/.test(path) && !isEndToEnd)
    return ['a test is called x.test.ts; only those in e2e are x.spec.ts'];
  if (/(^|\/)(__tests__|tests?)\//.test(path)) return ['a test lies beside what it tests'];
  return [];
}

const sizeComplaint = (bytes: number): readonly string[] =>
  bytes > largestBytes ? [`is larger than ${largestBytes >> 20} MB`] : [];
