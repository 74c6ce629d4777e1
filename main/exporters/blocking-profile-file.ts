/** Where goroutines waited, as a file for other tools. */
import {
  profilePartNames,
  type BlockingProfile,
  type ProfilePartName,
} from '#common/analyses/profile-analysis.ts';
import type { StackProfile } from '#common/analyses/stack-profile.ts';
import { foldedText, pprofFile, type SampleLabel } from './profile-files.ts';

/** The column of the values that is time. */
export const delayColumn = 1;
/** What go tool trace writes. */
const period = { type: 'trace', unit: 'count', period: 1 };
const labels: Readonly<Record<ProfilePartName, readonly SampleLabel[]>> = {
  ended: [],
  beforeRun: [{ key: 'wait', str: 'before first run' }],
  open: [{ key: 'wait', str: 'open at end' }],
};

export const profileParts = ({ parts }: BlockingProfile): readonly StackProfile[] =>
  profilePartNames.map((name) => parts[name].profile);

export const blockingPprof = ({ parts }: BlockingProfile): Uint8Array =>
  pprofFile(
    profilePartNames.map((name) => ({ profile: parts[name].profile, labels: labels[name] })),
    period,
  );

export const blockingFolded = (profile: BlockingProfile): Generator<string> =>
  foldedText(profileParts(profile), delayColumn);
