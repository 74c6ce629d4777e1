/** `npm run check`: fails where a file imports what its folder may not (ARCHITECTURE.md). */
import { importComplaints } from './import-rules.ts';
import { reportComplaints, sourceFiles } from './source-files.ts';

const complaints = sourceFiles().flatMap(({ path, text }) => importComplaints({ path, text: text() }));
reportComplaints('check-imports', complaints);
