/** Profiles as files, for the command line. */
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
