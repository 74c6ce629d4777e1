import { writeEvents } from '#main/host/offline-trace.ts';
import { write } from './output.ts';
import { oneOf, parseCommand, type Command } from './usage.ts';
import { warnOf } from './with-trace.ts';

export const events: Command = {
  name: 'events',
  summary: 'every event in order, one a line',
  help: `gopherscope events [--format text|json|go] FILE

Every event of a trace in order. FILE may be - for standard input. Reads as it writes: | head is instant.

  --format text   when, on which thread (M), processor (P) and goroutine (G), and what (default)
  --format json   one object a line; timeNs counts from the originNs of the first
  --format go     what Go 1.27's go tool trace -d=parsed prints, byte for byte`,
  async run(args) {
    const { file, values } = parseCommand('events', args, { format: { type: 'string', default: 'text' } });
    const format = oneOf('format', values.format, ['text', 'json', 'go']);
    const lost = await writeEvents(file, format, write);
    if (lost) warnOf(lost);
  },
};
