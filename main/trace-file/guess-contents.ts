/** What a file that is not a trace seems to be, from its first bytes, and what its owner probably wanted to do. */
export interface Guess {
  /** Completes "The file is not a Go execution trace but …". */
  readonly contents: string;
  readonly advice: string;
}

const recordAdvice = 'record one with runtime/trace, "go test -trace" or /debug/pprof/trace';
const decompress = (tool: string): string =>
  `only gzip and zstd are read as they are, so if there is a trace in it, decompress it first (${tool})`;

interface Kind {
  readonly begins: string;
  /** Where `begins` stands. */
  readonly at?: number;
  readonly guess: Guess;
}

const kinds: readonly Kind[] = [
  {
    begins: 'PK\x03\x04',
    guess: { contents: 'a zip archive', advice: 'unpack it and open the trace inside of it' },
  },
  { begins: 'PK\x05\x06', guess: { contents: 'an empty zip archive', advice: 'pack the trace again' } },
  { begins: '\x28\xb5\x2f\xfd', guess: twice('zstd') },
  { begins: '\x1f\x8b', guess: twice('gzip') },
  { begins: '\xfd7zXZ\0', guess: { contents: 'xz-compressed data', advice: decompress('xz -d') } },
  { begins: 'BZh', guess: { contents: 'bzip2-compressed data', advice: decompress('bzip2 -d') } },
  { begins: '\x7fELF', guess: program('Linux') },
  { begins: '\xcf\xfa\xed\xfe', guess: program('macOS') },
  { begins: '\xca\xfe\xba\xbe', guess: program('macOS') },
  { begins: 'MZ', guess: program('Windows') },
  {
    begins: 'SQLite format 3\0',
    guess: { contents: 'an SQLite database', advice: 'open the trace it was made from' },
  },
  {
    begins: 'ustar',
    at: 257,
    guess: { contents: 'a tar archive', advice: 'unpack it and open the trace inside of it' },
  },
  { begins: '%PDF-', guess: { contents: 'a PDF document', advice: recordAdvice } },
];

/** One layer is taken off before anybody looks. */
function twice(tool: string): Guess {
  return {
    contents: `${tool}-compressed data once more`,
    advice: 'it was compressed twice: decompress it once and open the result',
  };
}

function program(system: string): Guess {
  return {
    contents: `a program for ${system} (perhaps the test binary that "go test -trace" leaves beside the trace)`,
    advice: 'open the trace that it wrote',
  };
}

/** `head`: the first bytes of the file, 4,096 if it has as many. */
export function guessContents(head: Uint8Array): Guess {
  const start = latin1(head);
  const kind = kinds.find(({ begins, at = 0 }) => start.startsWith(begins, at));
  if (kind) return kind.guess;
  if (isProfile(head))
    return {
      contents: 'a pprof profile',
      advice: 'open it with "go tool pprof"; the trace is what /debug/pprof/trace or "go test -trace" gives',
    };
  return isText(head) ? guessText(start) : { contents: 'data of an unknown kind', advice: recordAdvice };
}

/** Such a profile begins with field 1 (a sample type): a tag, its length, and in it field 1 again or field 2. */
const isProfile = (head: Uint8Array): boolean => head[0] === 0x0a && (head[2] === 0x08 || head[2] === 0x10);

function guessText(start: string): Guess {
  const text = start.trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html'))
    return {
      contents: 'an HTML page',
      advice: 'perhaps a server answered with an error page instead of the trace: look at it in a browser',
    };
  if (text.startsWith('{') || text.startsWith('['))
    return { contents: 'JSON text', advice: 'a trace is what runtime/trace writes, before any conversion' };
  if (start.startsWith('EventBatch gen='))
    return {
      contents: 'the text of one without its first line',
      advice: 'put "Trace Go1.26" in front, with the version of its format, and open it again',
    };
  if (/^(m=|trace reader|proc start|sync)/.test(text))
    return {
      contents: 'a trace printed as text',
      advice: 'open the file it was printed from',
    };
  return { contents: 'text', advice: `its first line is "${firstLine(start)}"; ${recordAdvice}` };
}

/** As much of it as fits a sentence. */
function firstLine(start: string): string {
  const line = start.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** UTF-8 without control characters; the last character may be cut. */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** One character a byte. (A TextDecoder's "latin1" is Windows-1252.) */
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
