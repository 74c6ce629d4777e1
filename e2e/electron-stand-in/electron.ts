/**
 * Stands in for the module `electron`, as far as this program uses it: it remembers what it was told, and lets a test play the
 * part of Chromium. Works in Vitest (`vi.mock('electron', …)`) and, through `register.ts`, under the built bundles on plain Node.
 */
import { EventEmitter } from 'node:events';

class StandInApp extends EventEmitter {
  isPackaged = false;
  lock = true;
  quits = 0;
  requestSingleInstanceLock = (): boolean => this.lock;
  whenReady = (): Promise<void> => Promise.resolve();
  quit(): void {
    this.quits++;
    this.emit('will-quit', { preventDefault: () => undefined });
  }
  exit(): void {
    this.quits++;
  }
}
export const app = new StandInApp();

export const schemes: { scheme: string; privileges: Record<string, boolean> }[] = [];
const schemeHandlers = new Map<string, (request: Request) => Promise<Response>>();
export const protocol = {
  registerSchemesAsPrivileged: (declared: typeof schemes): void => void schemes.push(...declared),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>): void =>
    void schemeHandlers.set(scheme, handler),
};
/** What Chromium does when a page asks for `url`. */
export const load = (url: string): Promise<Response> => {
  const handler = schemeHandlers.get(new URL(url).protocol.slice(0, -1));
  if (!handler) throw new Error(`no handler for ${url}`);
  // Undici's Request knows only some schemes; the handler looks at the address only.
  return handler({ url, method: 'GET' } as Request);
};

type PermissionAnswer = (allowed: boolean) => void;
class StandInSession {
  requestHandler: ((contents: unknown, permission: string, answer: PermissionAnswer) => void) | undefined;
  checkHandler: ((contents: unknown, permission: string) => boolean) | undefined;
  setPermissionRequestHandler(handler: NonNullable<StandInSession['requestHandler']>): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: NonNullable<StandInSession['checkHandler']>): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(): void {
    // There are no devices.
  }
}

/** A page, or a frame in it. What is posted to it arrives in `posted`. */
export class StandInFrame {
  url: string;
  readonly posted: { channel: string; message: unknown; ports: readonly StandInPort[] }[] = [];
  constructor(url: string) {
    this.url = url;
  }
  postMessage(channel: string, message: unknown, ports: readonly StandInPort[]): void {
    this.posted.push({ channel, message, ports });
  }
}

class StandInContents extends EventEmitter {
  readonly session = new StandInSession();
  readonly mainFrame = new StandInFrame('about:blank');
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  setWindowOpenHandler(handler: NonNullable<StandInContents['windowOpenHandler']>): void {
    this.windowOpenHandler = handler;
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new StandInContents();
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> };
  focused = 0;
  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }
  show = (): void => undefined;
  focus(): void {
    this.focused++;
  }
  restore = (): void => undefined;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => false;
}

/** Like Electron's: an emitter whose messages wait for `start`, and are cloned on their way. */
export class StandInPort extends EventEmitter {
  other: StandInPort | undefined;
  private started = false;
  private readonly waiting: unknown[] = [];
  postMessage(message: unknown): void {
    const data = structuredClone(message);
    queueMicrotask(() => this.other?.receive(data));
  }
  private receive(data: unknown): void {
    if (this.started) this.emit('message', { data, ports: [] });
    else this.waiting.push(data);
  }
  start(): void {
    this.started = true;
    for (const data of this.waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
  close(): void {
    const { other } = this;
    this.other = undefined;
    this.emit('close');
    if (!other) return;
    other.other = undefined;
    other.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new StandInPort();
  readonly port2 = new StandInPort();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export const ipcMain = new EventEmitter();

interface MenuEntry {
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: readonly MenuEntry[];
  readonly click?: () => void;
}
export const Menu = {
  current: [] as readonly MenuEntry[],
  buildFromTemplate: (template: readonly MenuEntry[]): readonly MenuEntry[] => template,
  setApplicationMenu: (menu: readonly MenuEntry[]): void => {
    Menu.current = menu;
  },
};

export const dialog = {
  /** What the user will choose. */
  answer: [] as string[],
  showOpenDialog: (): Promise<{ filePaths: string[] }> => Promise.resolve({ filePaths: dialog.answer }),
};

// For the preload script.
export const exposed: Record<string, unknown> = {};
export const contextBridge = {
  exposeInMainWorld: (name: string, value: unknown): void => {
    exposed[name] = value;
  },
};
export const sentToMain: string[] = [];
class StandInIpcRenderer extends EventEmitter {
  send = (channel: string): void => void sentToMain.push(channel);
}
export const ipcRenderer = new StandInIpcRenderer();
export const webUtils = { getPathForFile: (file: { path?: string }): string => file.path ?? '' };
