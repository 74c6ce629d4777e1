/**
 * Runs in the sandbox, before the page, in a world of its own. It passes the page one port, over which everything goes, and the
 * one thing that only it can answer: where on disk a dropped file lies.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

contextBridge.exposeInMainWorld('gopherscope', {
  /** Empty for a file that is not on disk. */
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
});

ipcRenderer.on('gopherscope:port', (event) => {
  window.postMessage('gopherscope:port', window.location.origin, event.ports);
});

// By then the page listens: its scripts have run.
window.addEventListener('load', () => ipcRenderer.send('gopherscope:connect'));
