#!/usr/bin/env node
/**
 * The command. It finds a Node that is new enough (this file runs on older ones too, so it uses nothing new), and starts what
 * was asked for: the app in Electron or in a browser, the loopback server, or the command line.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = (name) => join(root, 'out', 'main', `${name}.js`);
const neededNode = [22, 15];

/** Answered by the command line's bundle; anything else that comes first is a file to open. */
const commands = [
  'info',
  'events',
  'goroutines',
  'tasks',
  'regions',
  'gc',
  'mmu',
  'profile',
  'wall',
  'samples',
  'counters',
  'scheduler',
  'export',
  'cache',
  'help',
];

async function main(argv) {
  if (!isNewEnough(process.versions.node)) return runOnNewerNode(argv);
  if (!existsSync(bundle('launch-support')))
    return fail('The app is not built yet; run "npm ci" in its folder first.');
  const [first = 'open', ...rest] = argv;
  if (first === 'serve') return runServer(rest);
  if (first === 'open') return openApp(rest);
  if (commands.includes(first) || (first.startsWith('-') && first !== '--browser'))
    return runCommandLine(argv);
  return openApp(argv);
}

const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
};

/** The npm package `node` brings one along. */
function runOnNewerNode(argv) {
  const newer = findNewerNode();
  if (newer === undefined || process.env.GOPHERSCOPE_NODE_FOUND)
    return fail(
      `Gopherscope needs Node ${neededNode.join('.')} or later and this is ${process.versions.node}; run "npm ci" in its folder, which brings one along, or update Node.`,
    );
  const env = { ...process.env, GOPHERSCOPE_NODE_FOUND: '1' };
  return passOn(spawn(newer, [fileURLToPath(import.meta.url), ...argv], { stdio: 'inherit', env }));
}

function findNewerNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return ['bin/node', 'bin/node.exe'].map((name) => join(folder, name)).find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}

/** Ends as the child ends, and hands it the signals this process gets. */
function passOn(child) {
  const forward = (signal) => child.kill(signal);
  // From a terminal Ctrl+C reaches the child by itself: a second one would cut its farewell short.
  process.on('SIGINT', () => process.stdin.isTTY || forward('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(fail(`${child.spawnfile} cannot be started (${error.message}).`)));
    child.once('exit', (code, signal) => {
      if (signal === null) return resolve(code);
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
      process.kill(process.pid, signal);
    });
  });
}

async function runCommandLine(argv) {
  const module = await import(pathToFileURL(bundle('cli')).href);
  return module.runCommandLine(argv);
}

/** Runs on after this returns. */
async function runServer(args) {
  process.argv = [process.argv[0], bundle('server'), ...args];
  await import(pathToFileURL(bundle('server')).href);
}

async function openApp(args) {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const [given, ...more] = args.filter((arg) => !arg.startsWith('-'));
  const unknown = flags.find((flag) => flag !== '--browser');
  if (unknown !== undefined || more.length > 0) {
    const complaint =
      unknown === undefined ? 'Only one file can be opened.' : `There is no option ${unknown}.`;
    return fail(
      `${complaint}\nUsage: gopherscope [open] [FILE] [--browser]; "gopherscope --help" lists the commands.`,
      2,
    );
  }
  const support = await import(pathToFileURL(bundle('launch-support')).href);
  const file = given === undefined ? undefined : support.absolutePath(given);
  if (file !== undefined) await support.recognizeFile(file);
  const { electronFor, startElectron } = await import('./electron-runtime.mjs');
  const electron = flags.includes('--browser') ? undefined : electronFor(root, support);
  if (electron !== undefined) {
    const child = startElectron(electron, root, file);
    const code = await passOnUnlessItCannotStart(child);
    if (code !== undefined) return code;
    console.error(
      'gopherscope: Electron could not start on this machine; the app opens in the browser instead.',
    );
  }
  return runServer(file === undefined ? [] : [file]);
}

/** `undefined` if it ended with an error within seconds: a library or the screen is missing. */
async function passOnUnlessItCannotStart(child) {
  const started = Date.now();
  const code = await passOn(child);
  return code !== 0 && Date.now() - started < 5000 ? undefined : code;
}

function fail(sentence, status = 1) {
  console.error(`gopherscope: ${sentence}`);
  return status;
}

main(process.argv.slice(2)).then(
  (status) => {
    // A server goes on; everything else is over, and what it still holds open does not matter.
    if (typeof status === 'number') process.exitCode = status;
  },
  (error) => {
    const isOurs = error instanceof Error && error.name === 'Failure';
    console.error('gopherscope:', isOurs ? error.message : error);
    process.exitCode = 1;
  },
);
