/** Profiles as files, for the command line. */
export {
  blockingFolded,
  blockingPprof,
  delayColumn,
  profileParts,
} from '#main/exporters/blocking-profile-file.ts';
export {
  foldedText,
  noStack,
  pprofFile,
  profileTsv,
  topFunctions,
  type ProfilePart,
  type ProfilePeriod,
  type SampleLabel,
} from '#main/exporters/profile-files.ts';
export { wallFolded, wallPprof, wallTimeColumn, wallTsv } from '#main/exporters/wall-profile-file.ts';
