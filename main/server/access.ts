/**
 * Who may talk to the server. It listens on loopback only; but every page in the user's browser, and every user of the machine,
 * can reach that. So a request must carry a secret cookie, which one gets with the token in the printed address; must name the
 * server by an address of this machine (else a page elsewhere could point its own name here); and must, where it changes or
 * opens something, come from our own page.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const secret = (): string => randomBytes(24).toString('base64url');

export type Access = ReturnType<typeof createAccess>;

export function createAccess() {
  const token = secret();
  const cookie = secret();
  /** Tokens that work once: they pass through command lines, which other users of the machine can see. */
  const singleUse = new Set<string>();

  return {
    /** For the user's eyes; works as long as the server does. */
    token,
    newSingleUseToken: (): string => {
      const made = secret();
      singleUse.add(made);
      return made;
    },
    /** Uses up a token of the other kind. */
    acceptsToken: (given: string): boolean => sameText(given, token) || singleUse.delete(given),
    setCookie: (port: number): string => `${cookieName(port)}=${cookie}; HttpOnly; SameSite=Strict; Path=/`,
    hasCookie: (request: IncomingMessage, port: number): boolean =>
      (request.headers.cookie ?? '')
        .split(/; */)
        .some((pair) => sameText(pair, `${cookieName(port)}=${cookie}`)),
  };
}

/** Cookies do not know ports: two servers on one machine need two names. */
const cookieName = (port: number): string => `gopherscope-${port}`;

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export const hostIsOurs = (request: IncomingMessage, port: number): boolean =>
  [`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? '');

/** To be asked after `hostIsOurs`. */
export const originIsOurs = (request: IncomingMessage): boolean =>
  request.headers.origin === `http://${request.headers.host ?? ''}`;
