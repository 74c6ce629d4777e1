/**
 * Where the worker `name` lies, beside the module that asks (`here`: its `import.meta.url`): `query-worker.ts` while running
 * from source, `query-worker.js` in a bundle, whose files all lie in one folder.
 */
export const workerUrl = (name: string, here: string): URL =>
  new URL(`./${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
