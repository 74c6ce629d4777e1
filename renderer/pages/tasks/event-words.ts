import type { TaskEvent } from '#common/analyses/task-analysis.ts';

const kinds: Readonly<Record<TaskEvent['kind'], string>> = {
  begin: 'task begins',
  end: 'task ends',
  'region-begin': 'region begins',
  'region-end': 'region ends',
  log: 'log',
};
export const eventKind = ({ kind }: TaskEvent): string => kinds[kind];

/** `request: n=2887` of a log, else the name of the task or region. */
export const eventText = ({ kind, name, message = '' }: TaskEvent): string =>
  kind === 'log' && name !== '' ? `${name}: ${message}` : kind === 'log' ? message : name;
