/** A connection between two ends that speak messages, whatever carries them. */
import { decodeMessage, encodeMessage } from './codec.ts';
import type { Message } from './messages.ts';

export interface Wire {
  /** Does nothing once the wire is closed. */
  send(message: Message): void;
  /** To be called once, before anything else happens: what arrives before it is lost or waits, as the carrier has it. */
  onMessage(listener: (message: Message) => void): void;
  /** Called once, whichever end closed it; at once if it is closed already. */
  onClose(listener: () => void): void;
  close(): void;
}

/** What the DOM's `MessagePort` and Node's have in common. */
export interface PortLike {
  postMessage(data: Uint8Array): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** What the browser's `WebSocket` and that of the `ws` package have in common. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  close(): void;
}

/** Remembers that something was closed, for those who ask later too. */
function closing(): {
  readonly closed: () => boolean;
  close: () => void;
  onClose: (listener: () => void) => void;
} {
  let closed = false;
  const listeners: (() => void)[] = [];
  return {
    closed: () => closed,
    close: () => {
      if (closed) return;
      closed = true;
      for (const listener of listeners.splice(0)) listener();
    },
    onClose: (listener) => {
      if (closed) listener();
      else listeners.push(listener);
    },
  };
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  // An ArrayBuffer of another realm (a test's DOM, a frame) is no `instanceof` ours.
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return new Uint8Array(data as ArrayBuffer);
  throw new TypeError('a message that is not bytes');
}

/** Closes the wire on what is no message: the other end does not speak our language, so nothing after it can be trusted. */
function receive(data: unknown, listener: (message: Message) => void, refuse: () => void): void {
  let message: Message;
  try {
    message = decodeMessage(bytesOf(data));
  } catch (error) {
    console.error('gopherscope: a connection was closed because of', error);
    refuse();
    return;
  }
  listener(message);
}

export function portWire(port: PortLike): Wire {
  const end = closing();
  port.addEventListener('close', end.close);
  const close = (): void => {
    port.close();
    end.close();
  };
  return {
    send: (message) => {
      if (!end.closed()) port.postMessage(encodeMessage(message));
    },
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }) => receive(data, listener, close));
      port.start();
    },
    onClose: end.onClose,
    close,
  };
}

const socketStates = { connecting: 0, open: 1 } as const;

/** What is sent while the socket still connects waits for it. */
export function socketWire(socket: SocketLike): Wire {
  const end = closing();
  const waiting: Message[] = [];
  socket.binaryType = 'arraybuffer';
  const send = (message: Message): void => {
    if (end.closed()) return;
    if (socket.readyState === socketStates.connecting) waiting.push(message);
    else if (socket.readyState === socketStates.open) socket.send(encodeMessage(message));
  };
  const close = (): void => {
    socket.close();
    end.close();
  };
  socket.addEventListener('open', () => waiting.splice(0).forEach(send));
  socket.addEventListener('close', end.close);
  // A 'close' follows; without a listener the `ws` package would throw.
  socket.addEventListener('error', () => undefined);
  return {
    send,
    onMessage: (listener) => {
      socket.addEventListener('message', ({ data }) => receive(data, listener, close));
    },
    onClose: end.onClose,
    close,
  };
}

/**
 * Both ends of a connection inside one thread: for tests and the command line. Messages pass through the codec, so that both
 * ends see what they would see on any other wire.
 */
export function memoryWires(): readonly [Wire, Wire] {
  const end = closing();
  const inboxes = [inbox(), inbox()] as const;
  const wire = (own: Inbox, other: Inbox): Wire => ({
    send: (message) => {
      if (end.closed()) return;
      const bytes = encodeMessage(message);
      queueMicrotask(() => {
        if (!end.closed()) other.deliver(decodeMessage(bytes));
      });
    },
    onMessage: own.listen,
    onClose: end.onClose,
    close: end.close,
  });
  return [wire(inboxes[0], inboxes[1]), wire(inboxes[1], inboxes[0])];
}

type Inbox = ReturnType<typeof inbox>;

function inbox(): {
  deliver: (message: Message) => void;
  listen: (listener: (message: Message) => void) => void;
} {
  let listener: ((message: Message) => void) | undefined;
  const waiting: Message[] = [];
  return {
    deliver: (message) => {
      if (listener) listener(message);
      else waiting.push(message);
    },
    listen: (added) => {
      listener = added;
      waiting.splice(0).forEach(added);
    },
  };
}
