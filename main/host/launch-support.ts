/** What the command `bin/gopherscope.mjs` needs of the program before it knows which host to start; a bundle of its own. */
export { recognizeFile } from '#main/trace-file/recognize.ts';
export { absolutePath } from './absolute-path.ts';
export { writeAtomically } from './atomic-file.ts';
export { cacheFolderPath } from './platform-folders.ts';
