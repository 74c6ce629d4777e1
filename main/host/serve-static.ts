import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { securityHeaders } from './security-headers.ts';

export interface StaticAnswer {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Files of another kind are not served, even if they lie in the folder. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.json': 'application/json',
};

/** The file of `root` that `pathname` (of a URL, still encoded) names; `/` is `index.html`. Never one outside of `root`. */
export async function serveStatic(root: string, pathname: string): Promise<StaticAnswer> {
  const wanted = pathname === '/' ? '/index.html' : pathname;
  const contentType = contentTypes[extname(wanted)];
  if (contentType === undefined) return notFound;
  const body = await readInside(root, wanted).catch(() => undefined);
  if (!body) return notFound;
  return {
    status: 200,
    headers: { ...securityHeaders, 'content-type': contentType, 'cache-control': 'no-cache' },
    body,
  };
}

const notFound: StaticAnswer = {
  status: 404,
  headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: new TextEncoder().encode('There is no such file.\n'),
};

/** `undefined` for what leads out of `root`, through dots, backslashes or links. Throws where there is no file. */
async function readInside(root: string, pathname: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const decoded = decodeURIComponent(pathname);
  if (/[\\\0:]/.test(decoded) || decoded.split('/').includes('..')) return undefined;
  const path = await realpath(join(root, decoded));
  if (!path.startsWith((await realpath(root)) + sep)) return undefined;
  return readFile(path);
}
