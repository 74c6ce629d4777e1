import { Failure } from '#common/errors.ts';

/**
 * Brings a file of the browser to the host, which answers where it put it. An `XMLHttpRequest`, since `fetch` does not tell how
 * much of a body has been sent.
 */
export function upload(file: File, onProgress: (ratio: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?name=${encodeURIComponent(file.name)}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(lost(file));
    request.onload = () => {
      const path = request.status === 200 ? pathIn(request.responseText) : undefined;
      if (path === undefined) reject(lost(file));
      else resolve(path);
    };
    request.send(file);
  });
}

function pathIn(answer: string): string | undefined {
  const parsed: unknown = JSON.parse(answer);
  const path = (parsed as { readonly path?: unknown }).path;
  return typeof path === 'string' ? path : undefined;
}

const lost = (file: File): Failure =>
  new Failure(
    'file-unreadable',
    `${file.name} could not be handed to Gopherscope. Open it by its path instead.`,
  );
