/** `npm run check`: fails where a file or folder is misnamed or too large (CONTRIBUTING.md). */
import { nameComplaints } from './name-rules.ts';
import { reportComplaints, sourceFiles } from './source-files.ts';

reportComplaints(
  'check-names',
  sourceFiles().flatMap(({ path, bytes }) => nameComplaints(path, bytes)),
);
