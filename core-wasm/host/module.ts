import { existsSync, readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/** The compiled core. It lies beside the bundle that is running or, when running from source, where its build puts it. */
export function coreModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(coreFile()));
  return compiled;
}

function coreFile(): URL {
  const besideBundle = new URL('./core.wasm', import.meta.url);
  return existsSync(besideBundle) ? besideBundle : new URL('../build/core.wasm', import.meta.url);
}
