import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { SocketLike } from '#common/rpc/wire.ts';
import { socketWire } from '#common/rpc/wire.ts';
import type { Host } from '#main/host/host.ts';
import { securityHeaders } from '#main/host/security-headers.ts';
import { serveStatic } from '#main/host/serve-static.ts';
import { serve } from '#main/rpc/server.ts';
import type { Access } from './access.ts';
import { createAccess, hostIsOurs, originIsOurs } from './access.ts';
import { storeUpload } from './upload.ts';

export interface RunningServer {
  readonly port: number;
  /** With the secret: whoever has it can use the app. */
  readonly address: string;
  /** The same, good for one visit. */
  singleUseAddress(): string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** 0: one that is free. */
  readonly port: number;
  /** The folder of the built renderer. */
  readonly root: string;
}

/** No call is longer: a path, a filter. */
const longestMessageBytes = 1 << 20;

/** Serves the app on 127.0.0.1. Fails with the system's error if the port is taken. */
export async function startServer(host: Host, { port, root }: ServerOptions): Promise<RunningServer> {
  const access = createAccess();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessageBytes,
    perMessageDeflate: false,
  });
  const server = createServer((request, response) => {
    void answer(request, response, { host, root, access, port: portOf(server) });
  });
  // A large file may take its time.
  server.requestTimeout = 0;
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuseUpgrade(request, access, portOf(server));
    if (refusal) refuse(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (connected) => connect(host, connected));
  });
  await listen(server, port);
  const addressWith = (token: string): string => `http://127.0.0.1:${portOf(server)}/?token=${token}`;
  return {
    port: portOf(server),
    address: addressWith(access.token),
    singleUseAddress: () => addressWith(access.newSingleUseToken()),
    close: () => close(server, sockets),
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject: (error: Error) => void) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function connect(host: Host, socket: SocketLike): void {
  const wire = socketWire(socket);
  const connection = host.connect();
  wire.onClose(() => connection.close());
  serve(wire, connection.handlers);
}

/** What is answered to those who may not have, or do not get, what they asked for. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

const foreignHost = (): Refusal => new Refusal(421, 'Gopherscope answers on 127.0.0.1 and localhost only.');
const foreignOrigin = (): Refusal =>
  new Refusal(403, 'This request did not come from Gopherscope’s own page.');
const noSecret = (): Refusal =>
  new Refusal(403, 'Open the whole address that Gopherscope printed: the token at its end lets you in.');
const noSuchPath = (): Refusal => new Refusal(404, 'There is no such file.');

function refuseUpgrade(request: IncomingMessage, access: Access, port: number): Refusal | undefined {
  if (!hostIsOurs(request, port)) return foreignHost();
  if (!originIsOurs(request)) return foreignOrigin();
  if (!access.hasCookie(request, port)) return noSecret();
  return request.url === '/rpc' ? undefined : noSuchPath();
}

function refuse(socket: Duplex, { status, message }: Refusal): void {
  socket.on('error', () => undefined);
  const length = Buffer.byteLength(message);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${message}`,
  );
}

interface Context {
  readonly host: Host;
  readonly root: string;
  readonly access: Access;
  readonly port: number;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  try {
    await route(request, response, context);
  } catch (error) {
    if (error instanceof Refusal) {
      send(response, error.status, error.message);
      return;
    }
    // A browser that went away in the middle of sending is not worth a word.
    if (!request.destroyed) console.error('gopherscope: internal error:', error);
    if (response.headersSent) response.destroy();
    else send(response, 500, 'Gopherscope could not store or send the file; its log says why.');
  }
}

async function route(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { access, port, root } = context;
  if (!hostIsOurs(request, port)) throw foreignHost();
  const asked = request.url ?? '/';
  const url = URL.parse(asked, 'http://127.0.0.1');
  if (!url) throw noSuchPath();
  const token = url.searchParams.get('token');
  if (url.pathname === '/' && token !== null) {
    letIn(token, response, context);
    return;
  }
  if (!access.hasCookie(request, port)) throw noSecret();
  if (request.method === 'POST') {
    await takeUpload(url, request, response, context);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'Use GET.');
  // The URL's parser resolves `..`: what was asked for is looked at as it came.
  const { status, headers, body } = await serveStatic(root, asked.split('?', 1)[0] ?? '/');
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Exchanges the token for the cookie, so that it stays neither in the address bar nor in the history. */
function letIn(token: string, response: ServerResponse, { access, port }: Context): void {
  if (!access.acceptsToken(token)) throw noSecret();
  const headers = { 'set-cookie': access.setCookie(port), location: '/', 'cache-control': 'no-store' };
  response.writeHead(303, { ...securityHeaders, ...headers });
  response.end();
}

async function takeUpload(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  { host }: Context,
): Promise<void> {
  if (url.pathname !== '/upload') throw noSuchPath();
  if (!originIsOurs(request)) throw foreignOrigin();
  const path = await storeUpload(request, host.cache.uploads.create(), url.searchParams.get('name') ?? '');
  const headers = { ...securityHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(200, headers);
  response.end(JSON.stringify({ path }));
}

function send(response: ServerResponse, status: number, sentence: string): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  };
  response.writeHead(status, { ...securityHeaders, ...headers });
  response.end(`${sentence}\n`);
}
