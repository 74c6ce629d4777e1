import { protocol } from 'electron';
import { rendererFolder } from '#main/host/package-root.ts';
import { serveStatic } from '#main/host/serve-static.ts';

/** The app's files come from here, not from `file:`, whose pages could read other files. */
export const appOrigin = 'app://gopherscope';
export const appAddress = `${appOrigin}/`;

/** Whether `url` is the app's page, wherever in it. */
export const isAppPage = (url: string): boolean => url.split(/[?#]/, 1)[0] === appAddress;

/** To be called before Electron is ready. */
export function declareAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }]);
}

export function serveAppScheme(): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    if (`app://${url.host}` !== appOrigin) return new Response('There is no such file.', { status: 404 });
    const { status, headers, body } = await serveStatic(rendererFolder, url.pathname);
    return new Response(body, { status, headers });
  });
}
