declare module 'virtual:figure-texts' {
  /** What docs/figures.md says, by section and name: `Scheduler/Processors`. */
  export const figureTexts: Readonly<Record<string, string>>;
}
