import { writeEvents, writeRawEvents } from '#main/host/offline-trace.ts';
import { filterOf, filterOptions } from './event-options.ts';
import { write } from './output.ts';
import { oneOf, parseCommand, UsageError, type Command } from './usage.ts';
import { warnOf } from './with-trace.ts';

export const events: Command = {
  name: 'events',
  summary: 'every event in order, one a line',
  help: `gopherscope events [--format text|json|go|raw] [filters] [--stacks|--no-stacks] FILE

Every event of a trace in order. FILE may be - for standard input. Reads as it writes: | head is instant.

  --format text   when, on which thread (M), processor (P) and goroutine (G), and what (default)
  --format json   one object a line; timeNs counts from the originNs of the first
  --format go     what Go 1.27's go tool trace -d=parsed prints, byte for byte
  --format raw    events as they stand in the file, neither ordered nor understood, as go tool trace -d=wire prints them; with
                  a first line "Trace Go1.26" (the version of the format) such a text opens like a trace

Filters; an event is printed if it passes all that are given:

  --from T        from this time on, since the first event: 1.5s, 250ms, 12us, or nanoseconds
  --until T       before this time; nothing behind it is read
  --goroutine ID  on this goroutine, or to it: made runnable by another, say; 18,19 for several
  --processor ID  on this processor (P), or to it
  --thread ID     on this thread (M)
  --kind KIND     of this kind, as Go names it (StateTransition, Metric, TaskBegin …), or as the file does (GoBlock …)
  --text TEXT     with this in its name or kind, or in a string that it has: a reason, a label, a message; aA is the same
  --stack TEXT    with this in the name of a function on its stack, or on that of the goroutine it creates

  --stacks        all frames of every stack; json and go print them anyway, text only the leaf
  --no-stacks     no stacks at all`,
  async run(args) {
    const { file, values } = parseCommand('events', args, {
      format: { type: 'string', default: 'text' },
      stacks: { type: 'boolean', default: false },
      'no-stacks': { type: 'boolean', default: false },
      ...filterOptions,
    });
    const format = oneOf('format', values.format, ['text', 'json', 'go', 'raw']);
    if (values.stacks && values['no-stacks'])
      throw new UsageError('--stacks and --no-stacks contradict each other; give one of them.');
    const stacks = values.stacks ? { stacks: true } : values['no-stacks'] ? { stacks: false } : {};
    const filter = filterOf(values);
    if (format === 'raw') {
      if (Object.keys({ ...filter, ...stacks }).length > 0)
        throw new UsageError(
          '--format raw prints the file as it is: filters and --stacks do not go with it.',
        );
      const unread = await writeRawEvents(file, write);
      if (unread) warnOf(unread);
      return;
    }
    const lost = await writeEvents(file, format, { filter, ...stacks }, write);
    if (lost) warnOf(lost);
  },
};
