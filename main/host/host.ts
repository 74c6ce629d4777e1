/**
 * Everything the program does, whoever shows it: the Electron window, a browser, the command line. It opens traces, keeps
 * their databases, remembers them, and answers the contract; questions about a trace go to that trace's own thread.
 */
import { schemaVersion } from '#db/schema.ts';
import { Failure } from '#common/errors.ts';
import type { TraceKey } from '#common/ids.ts';
import { analysisNames } from '#common/analyses/registry.ts';
import { analysisMethod } from '#common/rpc/contract.ts';
import type { AnalysisMethod, AppDescription, MethodName, OpenedTrace } from '#common/rpc/contract.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import { bytes } from '#common/units.ts';
import type { ReadOutcome } from '#main/ingest/start-ingest.ts';
import type { RecognizedFile } from '#main/trace-file/recognize.ts';
import { fileFailure, recognizeFile } from '#main/trace-file/recognize.ts';
import { absolutePath } from './absolute-path.ts';
import { cacheBudget } from './cache-budget.ts';
import type { CacheFolder } from './cache-folder.ts';
import { openCacheFolder } from './cache-folder.ts';
import { contentKey, type KnownContent } from './content-key.ts';
import { appVersion } from './package-root.ts';
import { untilChanged } from './file-change.ts';
import { cacheFolderPath, dataFolderPath } from './platform-folders.ts';
import { profileContents } from './profile-contents.ts';
import { recentTraces } from './recent-traces.ts';
import type { TraceNotes } from './trace-notes.ts';
import type { TraceSession } from './trace-session.ts';
import { isOfDisk, openByReading, openCached } from './trace-session.ts';
import type { UserData } from './user-data.ts';
import { openUserData } from './user-data.ts';

export interface HostOptions {
  readonly kind: AppDescription['host'];
  readonly openAtStart?: string;
  readonly cacheFolder?: string;
  readonly dataFolder?: string;
  readonly cacheBudgetBytes?: number;
  /** Shows the system's dialog; only where there is one. */
  readonly chooseFile?: () => Promise<string | undefined>;
  /** Called when the list of recent files has changed. */
  readonly onRecentChange?: () => void;
  /** Tells the user of what is wrong around the program, in one sentence. */
  readonly warn?: (sentence: string) => void;
  /** How long a trace stays open after its last viewer went away without a word: a page that is reloaded comes back. */
  readonly lingerMs?: number;
}

/** One viewer: a window, a browser tab. What it opened is closed when it goes. */
export interface Connection {
  readonly handlers: Handlers;
  close(): void;
}

export interface Host {
  readonly cache: CacheFolder;
  readonly userData: UserData;
  connect(): Connection;
  /** The handlers of a viewer that stays to the end. */
  readonly handlers: Handlers;
  openTrace(path: string): Promise<OpenedTrace>;
  /** Closes every trace. */
  dispose(): Promise<void>;
}

export function createHost(options: HostOptions): Host {
  const { warn = (sentence: string) => console.error(`gopherscope: ${sentence}`) } = options;
  const cache = openCacheFolder({
    folder: options.cacheFolder ?? cacheFolderPath(),
    schemaVersion,
    budgetBytes: options.cacheBudgetBytes ?? cacheBudget(warn),
  });
  if (cache.warning !== undefined) warn(cache.warning);
  const userData = openUserData(options.dataFolder ?? dataFolderPath(), warn);
  const sessions = createSessions(cache, userData, { ...options, warn });
  const connect = (): Connection => createConnection(sessions, cache, userData, options);
  const { handlers } = connect();
  return {
    cache,
    userData,
    connect,
    handlers,
    openTrace: async (path) => (await sessions.open(path)).opened,
    dispose: async () => {
      await sessions.closeAll();
      cache.dispose();
    },
  };
}

interface OpenSession {
  readonly session: TraceSession;
  /** How many viewers have it open. */
  viewers: number;
  lingering?: NodeJS.Timeout;
}

type Sessions = ReturnType<typeof createSessions>;

/** The traces that are open. The same file opened twice is open once, with two viewers. */
function createSessions(
  cache: CacheFolder,
  userData: UserData,
  { lingerMs = 10_000, onRecentChange, warn }: HostOptions & { readonly warn: (sentence: string) => void },
) {
  const open = new Map<TraceKey, OpenSession>();
  /** Openings of the same trace wait for each other. */
  const opening = new Map<TraceKey, Promise<TraceSession>>();

  const remember = (file: RecognizedFile, key: string, outcome?: Known): void => {
    if (cache.uploads.has(file.path)) return;
    const { path, sizeBytes, modifiedAtMs } = file;
    const known = outcome && { durationNs: outcome.durationNs, goroutines: outcome.goroutines };
    const partial = (outcome?.diagnostics ?? 0) > 0;
    userData.remember({ path, key, sizeBytes, modifiedAtMs, openedAtMs: Date.now(), ...known, partial });
    onRecentChange?.();
  };

  const start = async (key: TraceKey, file: RecognizedFile): Promise<TraceSession> => {
    const found = cache.open(key);
    remember(file, key, found?.cached);
    if (found)
      try {
        return await openCached(key, found, file, cache);
      } catch (error) {
        if (isOfDisk(error)) throw error;
        console.error('gopherscope: a cached trace is damaged and is read again:', error);
      }
    const onComplete = (outcome: ReadOutcome): void => remember(file, key, outcome);
    return openByReading(key, file, cache, { onComplete, warn });
  };

  const closeSession = async (key: TraceKey): Promise<void> => {
    const entry = open.get(key);
    if (!entry) return;
    open.delete(key);
    clearTimeout(entry.lingering);
    await entry.session.close();
  };

  return {
    open: async (
      asked: string,
    ): Promise<{ session: TraceSession; opened: OpenedTrace; file: RecognizedFile }> => {
      const file = await recognizeFile(absolutePath(asked));
      const known = (key: TraceKey): KnownContent | undefined =>
        open.get(key)?.session.content() ?? cache.find(key);
      const key = await contentKey(file, known).catch(rethrowAsFailure(file.path));
      if (!open.has(key)) {
        const started = opening.get(key) ?? start(key, file);
        opening.set(key, started);
        const session = await started.finally(() => opening.delete(key));
        if (!open.has(key)) open.set(key, { session, viewers: 0 });
      }
      const entry = open.get(key)!;
      entry.session.openedAgain(file);
      entry.viewers++;
      clearTimeout(entry.lingering);
      const { name, path, sizeBytes } = file;
      return { session: entry.session, opened: { trace: key, name, path, sizeBytes }, file };
    },

    get: (key: TraceKey): TraceSession => {
      const entry = open.get(key);
      if (!entry) throw noSuchTrace(key);
      return entry.session;
    },

    /** One viewer less; the last one closes it: at once, or a little later if it only went away. */
    leave: async (key: TraceKey, howSoon: 'now' | 'later'): Promise<void> => {
      const entry = open.get(key);
      if (!entry || --entry.viewers > 0) return;
      if (howSoon === 'now') return closeSession(key);
      entry.lingering = setTimeout(() => void closeSession(key), lingerMs).unref();
    },

    closeAll: async (): Promise<void> => {
      await Promise.allSettled(opening.values());
      await Promise.allSettled([...open.keys()].map(closeSession));
    },
  };
}

const noSuchTrace = (trace: TraceKey): Failure =>
  new Failure('no-such-trace', 'This trace is not open any more; open it again.', { trace });

type Known = Pick<ReadOutcome, 'durationNs' | 'goroutines' | 'diagnostics'>;

const rethrowAsFailure = (path: string) => (error: unknown) => {
  throw fileFailure(path, error);
};

function createConnection(
  sessions: Sessions,
  cache: CacheFolder,
  userData: UserData,
  options: HostOptions,
): Connection {
  /** Once for each time this viewer opened it. */
  const own: TraceKey[] = [];
  /** As this viewer opened it: others may have it from elsewhere. */
  const files = new Map<TraceKey, RecognizedFile>();
  let gone = false;

  const forward =
    (method: MethodName) =>
    (params: { readonly trace: TraceKey }, { signal }: CallContext): Promise<never> =>
      sessions.get(params.trace).call(method, params, { signal }) as Promise<never>;

  /** Of a trace that is open, by its content. */
  const notesOf = (trace: TraceKey): TraceNotes => userData.notes(sessions.get(trace).key);

  const handlers: Handlers = {
    'app.describe': () => ({
      version: appVersion(),
      host: options.kind,
      ...(options.openAtStart === undefined ? {} : { openAtStart: options.openAtStart }),
      cache: { usedBytes: bytes(cache.usedBytes()), folder: cache.folder },
    }),
    'recent.list': () => recentTraces(userData.recent(), new Set(cache.list().map((trace) => trace.key))),
    'recent.clear': () => {
      userData.clear();
      options.onRecentChange?.();
      return null;
    },
    'file.choose': async () => {
      const path = await (options.chooseFile ?? noDialog)();
      return path === undefined ? null : { path };
    },
    'trace.open': async ({ path }) => {
      const { opened, file } = await sessions.open(path);
      own.push(opened.trace);
      files.set(opened.trace, file);
      if (gone) void sessions.leave(opened.trace, 'now');
      return opened;
    },
    'trace.close': async ({ trace }) => {
      const index = own.indexOf(trace);
      if (index < 0) return null;
      own.splice(index, 1);
      await sessions.leave(trace, 'now');
      return null;
    },
    'trace.watch': ({ trace }, { report, signal }) => sessions.get(trace).load.watch(report, signal),
    'trace.changed': ({ trace }, { signal }) => {
      const session = sessions.get(trace);
      const file = files.get(trace);
      if (!file) throw noSuchTrace(trace);
      return untilChanged(file, () => session.content().checksum, signal);
    },
    'notes.list': ({ trace }) => notesOf(trace).list(),
    'notes.keep': ({ trace, note }) => notesOf(trace).keep(note),
    'notes.remove': ({ trace, id }) => notesOf(trace).remove(id),
    'view.last': ({ trace }) => notesOf(trace).lastView(),
    'view.keep': ({ trace, address }) => notesOf(trace).keepView(address),
    'events.find': ({ trace, ...about }, { signal, report }) =>
      sessions.get(trace).call('events.find', { trace, ...about }, { signal, onProgress: report }),
    'events.page': forward('events.page'),
    'events.place': forward('events.place'),
    'events.detail': forward('events.detail'),
    'events.neighbour': forward('events.neighbour'),
    'trace.facts': forward('trace.facts'),
    'trace.diagnostics': forward('trace.diagnostics'),
    'trace.generations': forward('trace.generations'),
    'goroutines.groups': forward('goroutines.groups'),
    'goroutines.list': forward('goroutines.list'),
    'goroutines.detail': forward('goroutines.detail'),
    'goroutines.spans': forward('goroutines.spans'),
    'goroutines.waits': forward('goroutines.waits'),
    'goroutines.children': forward('goroutines.children'),
    search: forward('search'),
    'timeline.window': forward('timeline.window'),
    'timeline.counters': forward('timeline.counters'),
    'timeline.counts': forward('timeline.counts'),
    'timeline.links': forward('timeline.links'),
    'timeline.overview': forward('timeline.overview'),
    'timeline.lanes': forward('timeline.lanes'),
    'timeline.tasks': forward('timeline.tasks'),
    'timeline.samples': forward('timeline.samples'),
    'timeline.longest': forward('timeline.longest'),
    'timeline.marks': forward('timeline.marks'),
    'profile.stays': (params, { signal, report }) =>
      sessions.get(params.trace).call('profile.stays', params, { signal, onProgress: report }),
    'profile.file': async ({ trace, format, ...about }, { signal }) => {
      const contents = await profileContents(sessions.get(trace), { trace, format, ...about }, signal);
      const name = `${files.get(trace)?.name ?? 'trace'}.${about.kind}`;
      return { name: `${name}.${format === 'pprof' ? 'pb.gz' : 'folded'}`, contents };
    },
    'stacks.frames': forward('stacks.frames'),
    'stacks.many': forward('stacks.many'),
    ...(Object.fromEntries(
      analysisNames.map((name) => [analysisMethod(name), forward(analysisMethod(name))]),
    ) as unknown as Pick<Handlers, AnalysisMethod>),
  };
  return {
    handlers,
    close: () => {
      gone = true;
      for (const trace of own.splice(0)) void sessions.leave(trace, 'later');
    },
  };
}

function noDialog(): never {
  throw new Failure(
    'not-available-here',
    'A browser may not show the system’s file dialog for Gopherscope; drop the file into the window, or type its path.',
  );
}
