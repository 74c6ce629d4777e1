import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Stores what a browser sends in `folder`, as it comes, and answers where it is. Its name appears only once all of it is there;
 * of what breaks off nothing stays.
 */
export async function storeUpload(request: IncomingMessage, folder: string, name: string): Promise<string> {
  const path = join(folder, safeName(name));
  const part = join(folder, '.part');
  try {
    await pipeline(request, createWriteStream(part, { flags: 'wx', mode: 0o600 }));
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The file name without folders and without what some system does not allow in names; at most 100 characters. */
export function safeName(name: string): string {
  const last = basename(name.replaceAll('\\', '/'));
  const safe = last
    .replace(/[^\p{L}\p{N} ._+=@()-]/gu, '_')
    .replace(/^\.+/, '')
    .slice(-100);
  return safe === '' ? 'upload.trace' : safe;
}
